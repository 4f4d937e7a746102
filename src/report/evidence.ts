import type { Address, Exchange } from '../contract/index.ts'
import { targetOf, type Capture } from '../recording/capture.ts'
import { envOf } from '../recording/described-apis.ts'
import { toHarEntry } from '../recording/har-entry.ts'
import { CREATOR, type HarEntry, type HarLog } from '../recording/har.ts'
import type { RedactDefinition } from '../recording/redaction/definition.ts'
import { redactionKey } from '../recording/redaction/key.ts'
import { createKnownSecrets } from '../recording/redaction/known-secrets.ts'
import { createRedactor, type Redactor } from '../recording/redaction/redactor.ts'
import { inOrderOfArrival } from '../traffic/journal.ts'
import { captureExchange, realUrlsOf } from './captured-exchange.ts'
import { leftOut, outcomeOf, trafficTable } from './traffic-table.ts'

/** What went over the wire, for people and programs, without its secrets. */
export interface Evidence {
  /** A HAR of version 1.2, of which `mockberth replay` gives the same answers. */
  readonly har: string
  /** A line for each of the last exchanges. */
  readonly table: string
}

/** One API, and what it was asked. */
export interface ApiTraffic {
  readonly name: string
  /** Of the real API; undefined where none is declared. */
  readonly upstream: string | undefined
  readonly address: Address
  /** What it put into `process.env`. */
  readonly env: Readonly<Record<string, string>>
  readonly redact: RedactDefinition | undefined
  readonly exchanges: readonly Exchange[]
}

/** @param root the folder of the project, whose placeholders are used */
export async function collectEvidence(
  apis: readonly ApiTraffic[],
  root: string,
): Promise<Evidence> {
  const exchanges = inOrderOfArrival(apis.flatMap((api) => api.exchanges))
  const byName = new Map(apis.map((api) => [api.name, api]))
  const realUrls = realUrlsOf(apis)
  const captures = await Promise.all(
    exchanges.map((exchange) =>
      captureExchange(exchange, originOf(byName.get(exchange.api)!), realUrls),
    ),
  )
  const redactors = createRedactors(apis, root)
  const redactedOf = (capture: Capture, index: number): Capture =>
    redactors.get(exchanges[index]!.api)!.redact(capture)
  // Twice: what a later exchange gives away is a secret in those before it, too.
  const known = captures.map(redactedOf)
  const redacted = captures
    .map((capture, index) => withTarget(capture, targetOf(known[index]!.url)))
    .map(redactedOf)
  const commented = redacted.map((capture, index) => {
    const exchange = exchanges[index]!
    const comment = redactText(redactors.get(exchange.api)!, commentOn(exchange))
    return { ...toEntry(capture), comment }
  })
  const log: HarLog & { version: string; creator: typeof CREATOR } = {
    version: '1.2',
    creator: CREATOR,
    _apis: apis.map((api) => describeApi(api, redactors.get(api.name)!)),
    entries: commented,
  }
  const rows = redacted.map((capture, index) => ({ capture, exchange: exchanges[index]! }))
  const redactRow = (text: string, { exchange }: (typeof rows)[number]): string =>
    redactText(redactors.get(exchange.api)!, text)
  return {
    har: `${JSON.stringify({ log }, undefined, 2)}\n`,
    table: trafficTable(rows, redactRow),
  }
}

function originOf({ upstream, address }: ApiTraffic): string {
  return upstream ?? address.url
}

/** What one API gives out is used with another. */
function createRedactors(apis: readonly ApiTraffic[], root: string): Map<string, Redactor> {
  const key = redactionKey(root)
  const known = createKnownSecrets()
  return new Map(apis.map(({ name, redact }) => [name, createRedactor(redact, key, known)]))
}

/** Our own explanations repeat what was asked for, as no rule would find it. */
function withTarget(capture: Capture, redacted: string): Capture {
  const { responseBody, url } = capture
  const target = targetOf(url)
  const isOurs = typeof responseBody === 'string' && responseBody.startsWith('mockberth: ')
  return isOurs && target !== redacted
    ? { ...capture, responseBody: responseBody.replaceAll(target, redacted) }
    : capture
}

/** Where there was no response, browsers write -1 for its sizes. */
function toEntry(capture: Capture): HarEntry {
  const entry = toHarEntry(capture)
  return capture.status > 0
    ? entry
    : { ...entry, response: { ...entry.response, headersSize: -1, bodySize: -1 } }
}

function commentOn(exchange: Exchange): string {
  return [`${exchange.api}: ${outcomeOf(exchange)}`, ...leftOut(exchange)].join('; ')
}

function describeApi(api: ApiTraffic, redactor: Redactor): unknown {
  const env = JSON.stringify(envOf(api.env, api.address))
  return { name: api.name, origin: originOf(api), env: JSON.parse(redactText(redactor, env)) }
}

function redactText(redactor: Redactor, text: string): string {
  const { responseBody } = redactor.redact({ ...EMPTY, responseBody: text })
  return responseBody
}

const EMPTY = {
  method: '',
  url: '',
  requestHeaders: [],
  requestBody: undefined,
  status: 0,
  statusText: '',
  responseHeaders: [],
}
