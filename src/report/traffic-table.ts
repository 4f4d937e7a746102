import { basename } from 'node:path'
import type { Exchange } from '../contract/index.ts'
import { targetOf, type CapturedContent } from '../recording/capture.ts'
import { isComplete } from '../traffic/journal.ts'
import { inColumns } from './columns.ts'
import { describeCandidate } from './candidate.ts'

/** An exchange, with what may be shown of it. */
export interface TrafficRow {
  readonly exchange: Exchange
  readonly capture: CapturedContent
  readonly outcome: string
}

/** How many exchanges are shown. */
const SHOWN = 20
/** How much of a target is shown. */
const LONGEST = 60

/**
 * A line for each of the last exchanges, in columns.
 *
 * @param letGo how many others are no longer kept
 */
export function trafficTable(rows: readonly TrafficRow[], letGo: number): string {
  const hidden = Math.max(0, rows.length - SHOWN) + letGo
  const unkept = letGo > 0 ? `, of which ${letGo} ${letGo === 1 ? 'is' : 'are'} no longer kept` : ''
  const lines = inColumns(rows.slice(-SHOWN).map(cellsOf), [
    'left',
    'left',
    'left',
    'right',
    'right',
  ])
  return [...(hidden > 0 ? [`  … ${hidden} before these${unkept}`] : []), ...lines].join('\n')
}

function cellsOf({ exchange, capture, outcome }: TrafficRow): string[] {
  return [
    exchange.api,
    capture.method,
    shorten(targetOf(capture.url)),
    exchange.response === undefined ? '-' : String(exchange.response.status),
    `${Math.round(exchange.duration)} ms`,
    outcome,
  ]
}

/** The end of a target, which is most of its query, says less than its beginning. */
function shorten(target: string): string {
  return target.length > LONGEST ? `${target.slice(0, LONGEST - 1)}…` : target
}

/** What became of a request, and who answered: `mocked: GET /users/:login (mocks.ts:7:12)`. */
export function outcomeOf(exchange: Exchange): string {
  const { outcome, handler, response } = exchange
  if (response === undefined && !isComplete(exchange)) return 'still being answered'
  return handler === undefined ? outcome : `${outcome}: ${describeCandidate(handler)}`
}

/** The same in short: files without their folders, and an entry without the request that it is of. */
export function shortOutcomeOf(exchange: Exchange): string {
  const { outcome, handler } = exchange
  if (handler?.source === undefined) return outcomeOf(exchange)
  const source = basename(handler.source)
  const who = handler.kind === 'entry' ? source : describeCandidate({ ...handler, source })
  return `${outcome}: ${who}`
}

/** Says which bodies the journal does not have. */
export function leftOut({ request, response }: Exchange): string[] {
  return [
    ...(request.cut > 0 ? [`the body of the request, ${sizeOf(request)}`] : []),
    ...((response?.cut ?? 0) > 0 ? [`the body of the response, ${sizeOf(response!)}`] : []),
  ]
}

function sizeOf({ size }: { readonly size: number }): string {
  return `${size} bytes, is left out, because it is larger than maxBody`
}
