import type { RecordedEntry } from './entry.ts'
import type { Recording } from './load.ts'

/** How many entries are told one by one. */
const TOLD = 10

/** Says which entries of an origin cannot be replayed, and why, if there are any. */
export function explainSkipped(
  { file, skipped }: Pick<Recording, 'file' | 'skipped'>,
  origin: string | undefined,
): string[] {
  const ours = skipped.filter(
    (entry) => origin === undefined || entry.origin === undefined || entry.origin === origin,
  )
  if (ours.length === 0) return []
  const reasons = ours.map(
    ({ number, label, reason }) =>
      `  entry ${number}${label === undefined ? '' : ` (${label})`}: ${reason}`,
  )
  return [[`${countOf(ours)} of ${file} cannot be replayed:`, ...cutAt(reasons)].join('\n')]
}

/** Says that entries for a request had their turn, if there are any. */
export function explainServed(
  { file }: Pick<Recording, 'file'>,
  entries: readonly RecordedEntry[],
): string[] {
  if (entries.length === 0) return []
  const numbers = cutAt(entries.map(({ number }) => `  entry ${number}`))
  const heading = `${countOf(entries)} of ${file} answered it already, and sequence is 'once':`
  return [[heading, ...numbers].join('\n')]
}

function countOf({ length }: readonly unknown[]): string {
  return length === 1 ? '1 entry' : `${length} entries`
}

function cutAt(lines: readonly string[]): string[] {
  const rest = lines.length > TOLD ? [`  … and ${lines.length - TOLD} more`] : []
  return [...lines.slice(0, TOLD), ...rest]
}
