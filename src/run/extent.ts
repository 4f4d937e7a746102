import type { Note } from './run.ts'

/** How much of the tests a run was: what no request asked for may be asked for by the rest. */
export interface Extent {
  /** Why not all tests ran to their end, such as `1 of 3 test files`; undefined where they did. */
  readonly partial: string | undefined
  /** How many tests were skipped, though they were to run. */
  readonly skipped: number
}

/** All tests of a run have passed, as far as anybody knows. */
export const WHOLE: Extent = { partial: undefined, skipped: 0 }

/** What a run was that did not pass, by what its runner says of its end. */
export function partUnlessPassed(status: string): string | undefined {
  if (status === 'passed') return undefined
  return `a run that ${status === 'failed' ? 'failed' : 'was interrupted'}`
}

/** The extent of what several runners ran, by the notes that they left. */
export function extentOf(notes: readonly Note[]): Extent {
  const extents = notes.filter((note) => note.type === 'tests').map(({ extent }) => extent)
  return {
    partial: extents.find(({ partial }) => partial !== undefined)?.partial,
    skipped: extents.reduce((sum, { skipped }) => sum + skipped, 0),
  }
}
