import type { Address, Exchange } from '../contract/index.ts'
import { envOf, type DescribedApi } from '../recording/described-apis.ts'
import { toHarEntry } from '../recording/har-entry.ts'
import { CREATOR, type HarEntry } from '../recording/har.ts'
import type { RedactDefinition } from '../recording/redaction/definition.ts'
import { explainLetGo } from '../traffic/let-go.ts'
import { inOrderOfArrival } from '../traffic/journal.ts'
import { captureExchange, realUrlsOf, type CapturedExchange } from './captured-exchange.ts'
import { createEvidenceRedactor, type EvidenceRedactor } from './evidence-redactor.ts'
import { leftOut, outcomeOf, shortOutcomeOf, trafficTable } from './traffic-table.ts'

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
  /** How many others are no longer kept. */
  readonly letGo: number
}

/** @param root the folder of the project, whose placeholders are used */
export async function collectEvidence(
  apis: readonly ApiTraffic[],
  root: string,
): Promise<Evidence> {
  const origins = new Map(apis.map((api) => [api.name, originOf(api)]))
  const realUrls = realUrlsOf(apis)
  const exchanges = inOrderOfArrival(apis.flatMap((api) => api.exchanges))
  const captured = await Promise.all(
    exchanges.map((one) => captureExchange(one, origins.get(one.api)!, realUrls)),
  )
  const redactor = createEvidenceRedactor(apis, root)
  const redacted = redactor.redact(captured)
  const rows = redacted.map(({ exchange, capture }) => ({
    exchange,
    capture,
    outcome: redactor.redactText(exchange.api, shortOutcomeOf(exchange)),
  }))
  const letGo = apis.flatMap((api) => explainLetGo(api.name, api.letGo))
  const log = {
    version: '1.2',
    creator: CREATOR,
    ...(letGo.length > 0 && { comment: letGo.join('\n') }),
    _apis: apis.map((api) => describeApi(api, captured, redactor)),
    entries: redacted.map((one) => toEntry(one, redactor)),
  }
  return {
    har: `${JSON.stringify({ log }, undefined, 2)}\n`,
    table: trafficTable(rows, sumOf(apis)),
  }
}

function sumOf(apis: readonly ApiTraffic[]): number {
  return apis.reduce((sum, { letGo }) => sum + letGo, 0)
}

function originOf({ upstream, address }: ApiTraffic): string {
  return upstream ?? address.url
}

function describeApi(
  api: ApiTraffic,
  captured: readonly CapturedExchange[],
  { redactText }: EvidenceRedactor,
): DescribedApi {
  const { name, address } = api
  const isLinked = captured.some((one) => one.exchange.api === name && one.isLinked)
  return {
    name,
    origin: originOf(api),
    env: parseEnv(redactText(name, JSON.stringify(envOf(api.env, address)))),
    rewriteUrls: isLinked ? 'links' : false,
  }
}

/** A pattern that is declared may take more than values, and leave no JSON. */
function parseEnv(text: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>
  } catch {
    return {}
  }
}

function toEntry(
  { exchange, capture }: CapturedExchange,
  { redactText }: EvidenceRedactor,
): HarEntry {
  const entry = toHarEntry(capture)
  const about = [`${exchange.api}: ${outcomeOf(exchange)}`, ...leftOut(exchange)].join('; ')
  const comment = redactText(exchange.api, about)
  if (exchange.response !== undefined) return { ...entry, comment }
  // As browsers write it where there was no response.
  return { ...entry, response: { ...entry.response, headersSize: -1, bodySize: -1 }, comment }
}
