import type { Recording } from './load.ts'

/** How many skipped entries are told one by one. */
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
  const reasons = ours
    .slice(0, TOLD)
    .map(
      ({ number, label, reason }) =>
        `  entry ${number}${label === undefined ? '' : ` (${label})`}: ${reason}`,
    )
  const rest = ours.length > TOLD ? [`  … and ${ours.length - TOLD} more`] : []
  const count = ours.length === 1 ? '1 entry' : `${ours.length} entries`
  return [[`${count} of ${file} cannot be replayed:`, ...reasons, ...rest].join('\n')]
}
