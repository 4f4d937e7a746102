import { createAlikeEntries, type AlikeEntries } from './alike.ts'
import type { RecordedEntry } from './entry.ts'
import type { MatchRules, RequestFacts } from './match.ts'

/** Entries to the same place, by what their bodies mean. */
interface Place {
  readonly byBody: Map<string, AlikeEntries>
  /** Entries of which nobody knows what was sent: they match any body. */
  anyBody?: AlikeEntries
}

interface Places {
  readonly byMeaning: Map<string, Place>
  /** Most requests are written as they were recorded, and need no thought. */
  readonly asWritten: Map<string, Place>
}

/** Finds the entries for a request in a time that does not grow with their number. */
export interface ReplayIndex {
  /** Whether there is any entry for the place of this request, whatever its body. */
  hasPlace(facts: RequestFacts): boolean
  /** The entries that fit a request best, in order. For the same entries it is the same list. */
  find(facts: RequestFacts): readonly RecordedEntry[]
}

/** @throws `INVALID_OPTION` when `normalize` throws on an entry */
export function createReplayIndex(
  entries: readonly RecordedEntry[],
  rules: MatchRules,
): ReplayIndex {
  const places: Places = { byMeaning: new Map(), asWritten: new Map() }
  for (const entry of entries) addEntry(places, entry, rules)
  const placeOf = (facts: RequestFacts): Place | undefined =>
    (rules.isPlaceWritten ? places.asWritten.get(asWritten(facts)) : undefined) ??
    places.byMeaning.get(rules.place(facts))
  return {
    hasPlace: (facts) => placeOf(facts) !== undefined,
    find(facts) {
      const place = placeOf(facts)
      if (place === undefined) return []
      const alike = place.byBody.get(rules.body(facts) ?? '') ?? place.anyBody
      return alike?.bestFor(facts.rawHeaders) ?? []
    },
  }
}

function addEntry(places: Places, entry: RecordedEntry, rules: MatchRules): void {
  const { method, url, rawHeaders, body } = entry.request
  const query = url.search.slice(1)
  const facts = rules.normalized(
    { method, path: url.pathname, query, rawHeaders, body },
    `entry ${entry.number}`,
  )
  const place = getOrAdd(places.byMeaning, rules.place(facts), emptyPlace)
  places.asWritten.set(asWritten(facts), place)
  const meaning = rules.body(facts)
  const alike =
    meaning === undefined
      ? (place.anyBody ??= createAlikeEntries())
      : getOrAdd(place.byBody, meaning, createAlikeEntries)
  alike.add(entry, facts.rawHeaders)
}

function emptyPlace(): Place {
  return { byBody: new Map() }
}

function asWritten({ method, path, query }: RequestFacts): string {
  return `${method} ${path}?${query}`
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
