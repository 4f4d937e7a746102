import { basename } from 'node:path'
import type { Candidate, Exchange } from '../contract/index.ts'
import { targetOf, type CapturedContent } from '../recording/capture.ts'

/** An exchange, with what may be shown of it. */
export interface TrafficRow {
  readonly exchange: Exchange
  /** Without its secrets. */
  readonly capture: CapturedContent
}

/** How many exchanges are shown. */
const SHOWN = 20
/** How much of a target is shown. */
const LONGEST = 60

/**
 * A line for each of the last exchanges, in columns.
 *
 * @param redact takes secrets out of what else is said about one
 */
export function trafficTable<Row extends TrafficRow>(
  rows: readonly Row[],
  redact: (text: string, row: Row) => string,
): string {
  const hidden = rows.length - SHOWN
  const cells = rows.slice(-SHOWN).map((row) => cellsOf(row, redact(outcomeOf(row.exchange), row)))
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...cells.map((line) => line[column]!.length)),
  )
  const lines = cells.map((line) =>
    line
      .map((cell, column) =>
        column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  )
  return [...(hidden > 0 ? [`… ${hidden} before these`] : []), ...lines]
    .map((line) => `  ${line}`)
    .join('\n')
}

function cellsOf({ exchange, capture }: TrafficRow, outcome: string): string[] {
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

/** What became of a request, and who answered: `mocked: GET /users/:login`. */
export function outcomeOf({ outcome, handler }: Exchange): string {
  return handler === undefined ? outcome : `${outcome}: ${describe(handler)}`
}

function describe({ kind, label, source }: Candidate): string {
  if (kind === 'entry') return source === undefined ? label : basename(source)
  const where = source === undefined ? '' : ` (${source})`
  return `${label}${where}${kind === 'override' ? ', from use()' : ''}`
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
