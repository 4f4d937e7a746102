import { ephemeralRange, isEphemeral } from '../ports/ephemeral.ts'
import { holdersOf, shortCommand, type PortHolder } from '../ports/holders.ts'
import { LOOPBACK, LOOPBACK_6 } from '../ports/loopback.ts'
import { authorityOf } from '../wire/hosts.ts'
import { addressesOf, type Endpoint } from './endpoint.ts'
import type { Diagnosis, Finding } from './finding.ts'
import { listenTo, type Speech } from './speech.ts'

/** Why a port of this machine answers as it does, in the order in which a person would ask. */
export async function examinePort(endpoint: Endpoint): Promise<Diagnosis> {
  const { port, text } = endpoint
  const holders = await holdersOf(port)
  const heard = await Promise.all(
    addressesOf(endpoint).map(async (address) => ({
      address,
      speech: await listenTo(address, port),
    })),
  )
  const findings = [
    whoListens(endpoint, holders, heard),
    ...heard.flatMap((one) => whatIsHeard(endpoint, holders, one)),
    ...whichRange(port),
  ]
  return { subject: text, findings }
}

interface Heard {
  readonly address: string
  readonly speech: Speech
}

const UNHEARD: ReadonlySet<Speech['kind']> = new Set(['refused', 'unreachable'])

function whoListens(
  { port, host }: Endpoint,
  holders: readonly PortHolder[],
  heard: readonly Heard[],
): Finding {
  const check = 'listening'
  const reached = heard.filter(({ speech }) => !UNHEARD.has(speech.kind))
  if (holders.length === 0) return reached.length > 0 ? unseen(port) : nobody(port, heard)
  const found = `${holders.map(describeHolder).join('; ')}`
  const asked = heard.map(({ address }) => address)
  const serving = holders.filter(({ address }) => asked.some((one) => isCovered(one, address)))
  const mend = freeing(serving)
  if (serving.length === 0) return elsewhere(port, host, holders)
  const programs = new Set(serving.map(({ process }) => process?.pid))
  if (programs.size > 1) {
    const meaning = `${authorityOf('localhost', port)} is one or the other, by who asks: they have the port on different addresses.`
    return {
      check,
      state: 'bad',
      found,
      meaning,
      mend: [...mend, 'Or give one of them another port.'],
    }
  }
  return { check, state: 'good', found, mend }
}

/** What it means that nobody listens on a port of the ephemeral range. */
export const GIVEN_ANEW =
  'The system gives out ports of this range anew each time: this one is most likely that of a run that has ended.'

const ENDED = 'The service has ended, has not begun, or listens on another port.'

function nobody(port: number, heard: readonly Heard[]): Finding {
  const isGivenOut = isEphemeral(port)
  // Where a firewall drops connections, nothing refuses them.
  const isRefused = heard.some(({ speech }) => speech.kind === 'refused')
  const why = isGivenOut ? GIVEN_ANEW : ENDED
  return {
    check: 'listening',
    state: 'bad',
    found: `nobody listens on port ${port}`,
    meaning: isRefused ? `Connections are refused. ${why}` : why,
    mend: isGivenOut
      ? [
          'Start the service, or the tests, again, and take the URL that they have now.',
          'npx mockberth doctor .env   # finds old URLs in files',
        ]
      : ['Start the service again.', 'ss -tlnp   # shows who listens where'],
  }
}

function unseen(port: number): Finding {
  return {
    check: 'listening',
    state: 'note',
    found: `something answers on port ${port} that this user cannot see`,
    meaning: 'It is another user’s, or of a container or a virtual machine that has the port.',
    mend: [`sudo ss -tlnp 'sport = :${port}'`, 'docker ps   # shows the ports of containers'],
  }
}

function elsewhere(port: number, host: string, holders: readonly PortHolder[]): Finding {
  const addresses = [...new Set(holders.map(({ address }) => address))]
  const url = `http://${authorityOf(addresses[0]!, port)}`
  const hint =
    host !== LOOPBACK_6 && addresses.every((address) => address === LOOPBACK_6)
      ? 'That is what `localhost` leads to in many servers (https://github.com/nodejs/node/issues/40702). '
      : ''
  return {
    check: 'listening',
    state: 'bad',
    found: holders.map(describeHolder).join('; '),
    meaning: `${hint}${authorityOf(host, port)} is refused: it listens on ${addresses.join(' and ')} alone.`,
    mend: [
      `Ask ${url} in place of it.`,
      `Or let it listen on ${host}: most servers take --host ${host}.`,
    ],
  }
}

/** Whether what is bound to an address is reached at another one. */
function isCovered(asked: string, bound: string): boolean {
  if (bound === '::') return true
  return bound === asked || (bound === '0.0.0.0' && asked !== LOOPBACK_6)
}

function describeHolder({ address, process: holder }: PortHolder): string {
  const who = holder === undefined ? 'a program of another user' : describeProcess(holder)
  return `${who} listens on ${address}`
}

function describeProcess({ pid, command, begun }: NonNullable<PortHolder['process']>): string {
  const since = begun === undefined ? '' : `, since ${begun.toLocaleString('sv')}`
  return `${shortCommand(command)} (process ${pid}${since})`
}

function freeing(holders: readonly PortHolder[]): string[] {
  const pids = new Set(holders.flatMap(({ process: holder }) => holder?.pid ?? []))
  const end = process.platform === 'win32' ? 'taskkill /PID' : 'kill'
  return [...pids].map((pid) => `${end} ${pid}   # ends it, and frees the port`)
}

function whatIsHeard(
  endpoint: Endpoint,
  holders: readonly PortHolder[],
  { address, speech }: Heard,
): Finding[] {
  if (!UNHEARD.has(speech.kind)) return [spoken(endpoint, address, speech)]
  const bound = holders.map((holder) => holder.address).filter((one) => isCovered(address, one))
  if (bound.length === 0 && speech.kind === 'refused') return []
  return [unanswered(endpoint, address, speech, bound)]
}

function unanswered(
  { port }: Endpoint,
  address: string,
  { kind, detail }: Speech,
  bound: readonly string[],
): Finding {
  const where = authorityOf(address, port)
  return {
    check: 'answering',
    state: 'bad',
    found:
      kind === 'refused'
        ? `${where} refuses connections`
        : `connections to ${where} are neither taken nor refused (${detail})`,
    meaning: whyUnanswered(address, kind, bound),
    mend: [
      'sudo iptables -S; sudo nft list ruleset   # rules of a firewall',
      'Start the service again.',
    ],
  }
}

function whyUnanswered(address: string, kind: Speech['kind'], bound: readonly string[]): string {
  if (kind !== 'refused') {
    return 'A firewall forbids it, or the program takes no connections: it hangs, or is stopped.'
  }
  // What is bound to :: may leave IPv4 to others.
  return address === LOOPBACK && bound.every((one) => one === '::')
    ? 'It listens on IPv6 alone, or a firewall refuses for it.'
    : 'It listens there, and a firewall refuses for it.'
}

const HTTP: ReadonlySet<string | undefined> = new Set(['http', 'https', 'ws', 'wss'])

function spoken({ scheme, port }: Endpoint, address: string, { kind, detail }: Speech): Finding {
  const check = 'protocol'
  const where = authorityOf(address, port)
  const found = `${where} ${SAYS[kind]}${detail === undefined || detail === '' ? '' : `: ${detail}`}`
  const isSecure = scheme === 'https' || scheme === 'wss'
  if (kind === 'http' && isSecure) {
    const meaning = `It speaks HTTP without TLS, and ${scheme} is asked for: clients say that the handshake fails.`
    return { check, state: 'bad', found, meaning, mend: [`Write http://${where}`] }
  }
  if (kind === 'tls' && HTTP.has(scheme) && !isSecure) {
    const meaning =
      'It speaks TLS, and is asked without: clients say that the connection was reset, or the reply cannot be read.'
    return { check, state: 'bad', found, meaning, mend: [`Write https://${where}`] }
  }
  const isMeant = kind === 'http' || kind === 'tls' || !HTTP.has(scheme)
  if (isMeant) return { check, state: kind === 'http' || kind === 'tls' ? 'good' : 'note', found }
  return {
    check,
    state: 'bad',
    found,
    meaning: `${scheme}:// is asked of something that does not speak it: it is another service, or it hangs.`,
    mend: ['Ask another port, or start the service again.'],
  }
}

const SAYS: Readonly<Record<Speech['kind'], string>> = {
  http: 'speaks HTTP',
  tls: 'speaks TLS',
  greets: 'speaks first, which HTTP does not',
  other: 'answers, but not in HTTP',
  silent: 'takes connections, and says nothing within 2 seconds',
  closes: 'takes connections, and ends them',
  refused: 'refuses connections',
  unreachable: 'is not reached',
}

function whichRange(port: number): Finding[] {
  if (!isEphemeral(port)) return []
  const { first, last } = ephemeralRange()
  return [
    {
      check: 'ephemeral',
      state: 'note',
      found: `port ${port} is one of those that the system gives to whoever wants any (${first} to ${last})`,
      meaning: 'A service that always wants this one may find it taken.',
      mend: [`For a fixed port, take one below ${first}.`],
    },
  ]
}
