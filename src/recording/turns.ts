import type { RecordedEntry } from './entry.ts'

/** What happens when a request comes once more than it was recorded. */
export type Sequence = 'repeat-last' | 'cycle' | 'once'

/** Which entries have had their turn, in one scope. */
export interface Turns {
  /** The entry of the list whose turn it is; undefined when all had it and nothing repeats. */
  current(entries: readonly RecordedEntry[]): RecordedEntry | undefined
  /** As `current()`; it has had its turn then. */
  take(entries: readonly RecordedEntry[]): RecordedEntry | undefined
}

/** Takes a time that does not grow with the list, as long as a list is always the same object. */
export function createTurns(sequence: Sequence): Turns {
  const served = new Set<RecordedEntry>()
  const places = new Map<readonly RecordedEntry[], number>()

  const current: Turns['current'] = (entries) => {
    if (entries.length === 0) return undefined
    let place = places.get(entries) ?? 0
    while (place < entries.length && served.has(entries[place]!)) place += 1
    if (place === entries.length && sequence === 'cycle') {
      for (const entry of entries) served.delete(entry)
      place = 0
    }
    places.set(entries, place)
    return entries[place] ?? (sequence === 'repeat-last' ? entries.at(-1) : undefined)
  }

  return {
    current,
    take(entries) {
      const entry = current(entries)
      if (entry !== undefined) served.add(entry)
      return entry
    },
  }
}
