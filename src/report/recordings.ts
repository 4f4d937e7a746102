import { relative } from 'node:path'
import type { RecordingUse } from '../run/finish.ts'

/** How many numbers of unused entries are named. */
const NAMED = 10

/** What a run did with its recordings, for people to read. */
export interface RecordingsReport {
  /** Three lines for each recording of which there is something to say; empty where there is none. */
  readonly text: string
  /** Whether all that was recorded is in its recording. */
  readonly isComplete: boolean
}

/** @param isWhole whether all tests ran: only then is an entry unused that nobody asked for */
export function reportRecordings(
  uses: readonly RecordingUse[],
  isWhole: boolean,
): RecordingsReport {
  return {
    text: uses
      .filter((use) => isWorthTelling(use, isWhole))
      .flatMap((use) => linesOf(use, isWhole))
      .join('\n'),
    isComplete: uses.every(({ problem }) => problem === undefined),
  }
}

function isWorthTelling(use: RecordingUse, isWhole: boolean): boolean {
  const { added, replaced, removed, later, unused, problem } = use
  const isUnused = isWhole && unused.length > 0
  return added + replaced + removed + later > 0 || isUnused || problem !== undefined
}

function linesOf(use: RecordingUse, isWhole: boolean): string[] {
  const { file, unused, entries } = use
  const all = `${unused.length} of ${entries ?? 0} unused${named(unused)}`
  return [
    `mockberth: ${relative(process.cwd(), file)}`,
    `  ${outcomeOf(use)}`,
    unused.length === 0 || isWhole ? `  ${all}` : '  unused entries are told when all tests run',
  ]
}

function outcomeOf({ added, replaced, removed, later, problem }: RecordingUse): string {
  if (problem !== undefined) return `not saved: ${problem}`
  if (later > 0) return `${later} recorded, for \`npx mockberth merge\``
  const fewer = removed === 0 ? '' : `, ${removed} removed: asked for less often`
  return `${added} added, ${replaced} replaced${fewer}`
}

function named(numbers: readonly number[]): string {
  if (numbers.length === 0) return ''
  const more = numbers.length > NAMED ? ', …' : ''
  return `: ${numbers.length === 1 ? 'entry' : 'entries'} ${numbers.slice(0, NAMED).join(', ')}${more}`
}
