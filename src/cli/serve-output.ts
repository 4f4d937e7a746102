import { networkInterfaces } from 'node:os'
import { relative } from 'node:path'
import type { Exchange, UnhandledRequest } from '../contract/index.ts'
import { describeError, MockberthError } from '../errors.ts'
import type { MockApi } from '../mocks/mock-api.ts'
import { inColumns } from '../report/columns.ts'
import { authorityOf } from '../wire/hosts.ts'
import { answerOf, describeExchange, redactedTarget } from './exchange-line.ts'
import { printable } from './printable.ts'
import type { ServedMocks } from '../mocks/served-mocks.ts'
import { shellLine } from './shell-line.ts'

/** What `mockberth serve` says. */
export interface ServeOutput {
  serving(served: ServedMocks): void
  /** @param unhandled why nothing answered it, where that is so */
  exchange(exchange: Exchange, unhandled: readonly UnhandledRequest[]): void
  /** @param changed the files because of which it was loaded again */
  reloaded(served: ServedMocks, changed: readonly string[]): void
  /**
   * What is declared now cannot be served.
   * @param still says what is served in its place
   */
  failed(error: unknown, still: string): void
  /** A service has ended by itself. */
  died(death: MockberthError): void
}

/**
 * For people: a table, and a line for each request.
 *
 * @param host the address at which other machines reach the mocks, too
 */
export function textOutput(host: string | undefined): ServeOutput {
  let table = ''
  let width = 0
  const showTable = (served: ServedMocks): void => {
    const now = tableOf(served, host)
    width = Math.max(...served.apis.map(({ api }) => api.name.length))
    if (now !== table) say(`${now}\n`)
    table = now
  }
  return {
    serving(served) {
      say(`Serving ${shortened(served.file)} until Ctrl-C:`)
      showTable(served)
    },
    exchange(exchange, unhandled) {
      const isExplained = exchange.outcome === 'failed' && unhandled.length > 0
      const line = describeExchange(exchange, isExplained ? 'failed' : undefined)
      say(`${exchange.api.padEnd(width)}  ${line}`)
      for (const { explanation } of unhandled) say(`${setIn(withoutHeading(explanation))}\n`)
    },
    reloaded(served, changed) {
      say(`\nLoaded again, because of ${changed.map(shortened).join(', ')}\n`)
      showTable(served)
    },
    failed: (error, still) => say(`\nmockberth: ${describeError(error)}\n${still}\n`),
    died: ({ message }) => console.error(printable(`\nmockberth: ${message}\n`)),
  }
}

/** For programs: each line is an object of JSON. */
export function jsonOutput(host: string | undefined): ServeOutput {
  const factsOf = ({ file, apis, services, running }: ServedMocks): object => ({
    file,
    apis: apis.map(({ api, envNames }) => ({
      name: api.name,
      url: api.url,
      ...(host !== undefined && { networkUrl: networkUrl(api, host) }),
      envNames,
    })),
    services: services.map(({ service, envNames }) => ({ ...service, envNames })),
    env: running.env,
  })
  return {
    serving: (served) => sayInJson('serving', factsOf(served)),
    exchange(exchange, unhandled) {
      const { api, request, response, outcome, startedAt, duration } = exchange
      const { method } = request
      const target = redactedTarget(exchange)
      const by = answerOf(exchange)
      const explanation = unhandled[0]?.explanation
      const status = response?.status
      const facts = { api, method, target, status, outcome, startedAt, duration, by, explanation }
      sayInJson('exchange', facts)
    },
    reloaded: (served, changed) => sayInJson('reloaded', { changed, ...factsOf(served) }),
    failed: (error) =>
      sayInJson('failed', {
        code: error instanceof MockberthError ? error.code : undefined,
        message: describeError(error),
      }),
    died: ({ code, message }) => sayInJson('died', { code, message }),
  }
}

function say(text: string): void {
  console.log(printable(text))
}

function sayInJson(type: string, facts: object): void {
  console.log(JSON.stringify({ type, ...facts }))
}

function tableOf({ apis, services, running }: ServedMocks, host: string | undefined): string {
  const rowOf = ({ name, url }: Place, network: string, envNames: readonly string[]): string[] => [
    name,
    url,
    ...(host === undefined ? [] : [network]),
    envNames.join(', '),
  ]
  const rows = [
    ...apis.map(({ api, envNames }) =>
      rowOf(api, host === undefined ? '' : networkUrl(api, host), envNames),
    ),
    ...services.map(({ service, envNames }) => rowOf(service, '', envNames)),
  ]
  const sides = (rows[0] ?? []).slice(0, -1).map(() => 'left' as const)
  const env = Object.entries(running.env).map(shellLine)
  return [...inColumns(rows, sides), ...(env.length > 0 ? ['', ...env] : [])].join('\n')
}

/** What is served, and where. */
type Place = Readonly<Record<'name' | 'url', string>>

/** Where other machines reach an API. */
function networkUrl({ port }: MockApi, host: string): string {
  const address = host === '0.0.0.0' || host === '::' ? ownAddress() : host
  return `http://${authorityOf(address, port)}`
}

/** An address of this machine that others may know; where there is none, all of them. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  return (
    addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '0.0.0.0'
  )
}

function shortened(file: string): string {
  return relative(process.cwd(), file)
}

/** The line before it says what was asked. */
function withoutHeading(explanation: string): string {
  return explanation.split('\n\n').slice(1).join('\n\n')
}

function setIn(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}
