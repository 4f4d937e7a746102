import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import net from 'node:net'
import { systemCode } from '../errors.ts'
import { ephemeralRange, portsInUse } from '../ports/ephemeral.ts'
import { LOOPBACK, LOOPBACK_6 } from '../ports/loopback.ts'
import { isLoopbackName } from '../propagate/loopback.ts'
import { withoutCredentials } from './endpoint.ts'
import type { Diagnosis, Finding } from './finding.ts'

/** What of this machine may keep ports from answering. */
export async function examineMachine(env: NodeJS.ProcessEnv): Promise<Diagnosis> {
  const [localhost, loopback] = await Promise.all([checkLocalhost(), checkLoopback()])
  const findings = [localhost, ...loopback, checkProxies(env), checkEphemeralRange()]
  return { subject: 'this machine', findings }
}

const HOSTS_FILE =
  process.platform === 'win32' ? String.raw`C:\Windows\System32\drivers\etc\hosts` : '/etc/hosts'

async function checkLocalhost(): Promise<Finding> {
  const check = 'localhost'
  const answers = await lookup('localhost', { all: true }).catch(() => [])
  const addresses = answers.map(({ address }) => address)
  if (addresses.length === 0) {
    const mend = [`Let ${HOSTS_FILE} say: 127.0.0.1 localhost`]
    const meaning = 'URLs with localhost in them lead nowhere.'
    return { check, state: 'bad', found: 'localhost is no name here', meaning, mend }
  }
  const found = `localhost is ${addresses.join(', then ')}`
  const foreign = addresses.filter((address) => !isLoopbackName(address))
  if (foreign.length > 0) {
    const meaning = `${foreign.join(' and ')} is not loopback: who asks localhost asks another machine.`
    const mend = [`Let ${HOSTS_FILE} say nothing of localhost but: 127.0.0.1 localhost`]
    return { check, state: 'bad', found, meaning, mend }
  }
  if (addresses[0] === LOOPBACK) return { check, state: 'good', found }
  const meaning =
    'Who asks localhost asks ::1 first, and some clients ask nothing else: what listens on 127.0.0.1 alone refuses them (https://github.com/nodejs/node/issues/40702).'
  return { check, state: 'note', found, meaning, mend: ['Write 127.0.0.1 in place of localhost.'] }
}

async function checkLoopback(): Promise<Finding[]> {
  const check = 'loopback'
  const [four, six] = await Promise.all([LOOPBACK, LOOPBACK_6].map(connectToSelf))
  const good = (host: string): Finding => {
    return { check, state: 'good', found: `${host} can be bound and reached` }
  }
  return [
    four === undefined
      ? good(LOOPBACK)
      : {
          check,
          state: 'bad',
          found: `${LOOPBACK} does not work: ${four}`,
          meaning:
            'No program of this machine reaches a server of this machine: loopback is down, or a firewall or sandbox forbids it.',
          mend: MEND_LOOPBACK,
        },
    six === undefined
      ? good(LOOPBACK_6)
      : {
          check,
          state: 'note',
          found: `${LOOPBACK_6} does not work: ${six}`,
          meaning:
            'Mocks do without IPv6. A client that asks ::1 alone, for localhost, reaches nothing.',
          mend: ['Write 127.0.0.1 in place of localhost.'],
        },
  ]
}

const MEND_LOOPBACK =
  process.platform === 'linux'
    ? ['sudo ip link set lo up', 'sudo iptables -S; sudo nft list ruleset   # rules of a firewall']
    : ['See whether a firewall or a security program forbids connections to 127.0.0.1.']

/** In milliseconds. */
const LONGEST_CONNECT = 2000

/** @returns what went wrong */
async function connectToSelf(host: string): Promise<string | undefined> {
  const server = net.createServer((socket) => socket.end('.'))
  let client: net.Socket | undefined
  try {
    await once(server.listen(0, host), 'listening')
    const { port } = server.address() as net.AddressInfo
    client = net.connect({ host, port })
    await once(client, 'data', { signal: AbortSignal.timeout(LONGEST_CONNECT) })
    return undefined
  } catch (error) {
    const isLate = (error as { name?: unknown }).name === 'AbortError'
    return isLate
      ? `a connection to a port of its own is neither taken nor refused`
      : (systemCode(error) ?? String(error))
  } finally {
    client?.destroy()
    server.close()
  }
}

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']

function checkProxies(env: NodeJS.ProcessEnv): Finding {
  const check = 'proxy'
  const valueOf = (name: string): string => env[name] || env[name.toLowerCase()] || ''
  const set = PROXIES.filter((name) => valueOf(name) !== '')
  if (set.length === 0) return { check, state: 'good', found: 'no proxy is set' }
  const which = set.map((name) => `${name}=${withoutCredentials(valueOf(name))}`).join(' ')
  const names = valueOf('NO_PROXY')
    .split(/[\s,]+/)
    .filter(Boolean)
  const isLeftOut = (name: string): boolean =>
    names.some((one) => one === '*' || one.toLowerCase().replaceAll(/[[\]]/g, '') === name)
  const missing = ['localhost', LOOPBACK, LOOPBACK_6].filter((name) => !isLeftOut(name))
  if (missing.length === 0) {
    return { check, state: 'good', found: `${which}, and NO_PROXY leaves out this machine` }
  }
  return {
    check,
    state: 'bad',
    found: `${which}, and NO_PROXY does not have ${missing.join(', ')}`,
    meaning:
      'Clients that heed these variables ask the proxy for what is on this machine, and it looks for that on its own machine.',
    mend: [`export NO_PROXY=${[...names, ...missing].join()}`],
  }
}

/** Of a range that is used as far as this, a port is hard to find. */
const FULL = 0.8

function checkEphemeralRange(): Finding {
  const check = 'ephemeral'
  const range = ephemeralRange()
  const size = range.last - range.first + 1
  const used = portsInUse(range)
  const inUse = used === undefined ? '' : `; ${used} of them are in use`
  const found = `the system gives out the ports ${range.first} to ${range.last}${inUse}`
  if (used === undefined || used / size < FULL) return { check, state: 'good', found }
  return {
    check,
    state: 'bad',
    found,
    meaning: 'Soon no connection and no server gets a port (EADDRNOTAVAIL, EADDRINUSE).',
    mend: [
      'ss -tanp   # shows who has them',
      'sudo sysctl net.ipv4.ip_local_port_range="15000 65535"',
    ],
  }
}
