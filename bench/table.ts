import type { Measured, Row, Spread } from './measurement.ts'
import { SERVER_NAMES, type ServerName } from './servers/kinds.ts'

/**
 * The rows for people, as Markdown: medians and, but for raw, the ratio to it, with the middle half of
 * the rounds in brackets. Why something is missing is said below.
 */
export function table(rows: readonly Row[]): string {
  const names = SERVER_NAMES.filter((name) => rows.some(({ servers }) => servers[name]))
  const lines = rows.map((row) => [
    row.what,
    row.unit,
    ...names.map((name) => cellOf(name, row.servers[name])),
    row.goal,
  ])
  const head = ['', '', ...names, 'goal']
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...lines].map((line) => line[column]!.length)),
  )
  const text = [head, widths.map((width) => '-'.repeat(width)), ...lines]
    .map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`)
    .join('\n')
  const notes = rows.flatMap(missingNotes)
  return [text, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}

function cellOf(name: ServerName, measured: Measured | undefined): string {
  if (measured === undefined) return '–'
  const { value, ratio } = measured
  if (ratio === undefined) return spread(value)
  if (name === 'raw') return round(value.median)
  return `${round(value.median)} · ${spread(ratio)}`
}

function missingNotes({ what, missing }: Row): string[] {
  return Object.entries(missing).map(([name, why]) => `- ${what}: ${name} is not measured: ${why}`)
}

function spread({ median, low, high }: Spread): string {
  return `${round(median)} (${round(low)}–${round(high)})`
}

function round(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const digits = Math.abs(value) < 0.1 ? 3 : Math.abs(value) < 10 ? 2 : 0
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}
