import { relative } from 'node:path'
import type { Extent } from '../run/extent.ts'
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

/** @param extent only when all tests ran to their end is an entry unused that nobody asked for */
export function reportRecordings(uses: readonly RecordingUse[], extent: Extent): RecordingsReport {
  return {
    text: uses
      .filter((use) => isWorthTelling(use, extent))
      .flatMap((use) => linesOf(use, extent))
      .join('\n'),
    isComplete: uses.every(({ problem }) => problem === undefined),
  }
}

function isWorthTelling(use: RecordingUse, { partial }: Extent): boolean {
  const { added, replaced, removed, later, unused, problem } = use
  const isUnused = partial === undefined && unused.length > 0
  return added + replaced + removed + later > 0 || isUnused || problem !== undefined
}

function linesOf(use: RecordingUse, extent: Extent): string[] {
  return [
    `mockberth: ${relative(process.cwd(), use.file)}`,
    `  ${outcomeOf(use)}`,
    `  ${unusedOf(use, extent)}`,
  ]
}

function unusedOf({ unused, entries = 0 }: RecordingUse, { partial, skipped }: Extent): string {
  if (unused.length === 0) return `0 of ${entries} unused`
  if (partial !== undefined) {
    return `unused entries are told when all tests run (this was ${partial})`
  }
  const doubt = skipped === 0 ? '' : ` (${skippedTests(skipped)})`
  return `${unused.length} of ${entries} unused${named(unused)}${doubt}`
}

/** As people say how many tests were skipped. */
export function skippedTests(skipped: number): string {
  return `${skipped} ${skipped === 1 ? 'test was' : 'tests were'} skipped`
}

function outcomeOf({ added, replaced, removed, later, problem }: RecordingUse): string {
  if (problem !== undefined) return `not saved: ${problem}`
  if (later > 0) return `${later} recorded, for \`npx mockberth merge\``
  const fewer = removed === 0 ? '' : `, ${removed} removed: asked for less often`
  return `${added} added, ${replaced} replaced${fewer}`
}

function named(numbers: readonly number[]): string {
  const more = numbers.length > NAMED ? ', …' : ''
  return `: ${numbers.length === 1 ? 'entry' : 'entries'} ${numbers.slice(0, NAMED).join(', ')}${more}`
}
