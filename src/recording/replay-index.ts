import { filterHeaders, type RawHeaders, type RequestFacts } from '../contract/index.ts'
import { createAlikeEntries, type AlikeEntries } from './alike.ts'
import type { RecordedEntry } from './entry.ts'
import {
  bodyMaskOf,
  maskBody,
  maskPlace,
  placeMaskOf,
  type BodyMask,
  type PlaceMask,
} from './masks.ts'
import type { MatchRules } from './match.ts'

/** Things under their text, and, by where their recorded requests have placeholders, more of them. */
interface Masked<Mask, Value> {
  readonly plain: Map<string, Value>
  masked?: Map<string, { readonly mask: Mask; readonly values: Map<string, Value> }>
}

/** An entry, and the headers by which it was asked for. */
interface Indexed {
  readonly entry: RecordedEntry
  readonly rawHeaders: RawHeaders
}

/** Entries to the same place, by what their bodies mean. */
interface Place extends Masked<BodyMask, Indexed[]> {
  /** Entries of which nobody knows what was sent: they match any body. */
  readonly anyBody: Indexed[]
}

interface Places extends Masked<PlaceMask, Place> {
  /** Most requests are written as they were recorded, and need no thought. */
  readonly asWritten: Map<string, Place>
}

/** Finds the entries for a request in a time that does not grow with their number. */
export interface ReplayIndex {
  /** Whether there is any entry for the place of this request, whatever its body. */
  hasPlace(facts: RequestFacts): boolean
  /** The entries that fit a request best, in order. For the same entries it is the same list. */
  find(facts: RequestFacts): readonly RecordedEntry[]
  /** All of that place and body, however they negotiate. */
  alike(facts: RequestFacts): readonly RecordedEntry[]
}

/** @throws `INVALID_OPTION` when `normalize` throws on an entry */
export function createReplayIndex(
  entries: readonly RecordedEntry[],
  rules: MatchRules,
): ReplayIndex {
  const places: Places = { plain: new Map(), asWritten: new Map() }
  for (const entry of entries) addEntry(places, entry, rules)
  const placeOf = (facts: RequestFacts): Place | undefined =>
    (rules.headers.length === 0 ? places.asWritten.get(asWritten(facts)) : undefined) ??
    look(places, (mask) => rules.place(mask === undefined ? facts : maskPlace(facts, mask)))
  const alikeIn = rememberAlike()
  const knownIn = (place: Place, facts: RequestFacts): Indexed[] | undefined =>
    withBody(place, facts, rules) ?? withBody(place, withoutType(facts), rules)
  return {
    hasPlace: (facts) => placeOf(facts) !== undefined,
    find(facts) {
      const place = placeOf(facts)
      if (place === undefined) return []
      return alikeIn(knownIn(place, facts), place.anyBody).bestFor(facts.rawHeaders)
    },
    alike(facts) {
      const place = placeOf(facts)
      const known = place && knownIn(place, facts)
      return [...(known ?? []), ...(place?.anyBody ?? [])].map(({ entry }) => entry)
    },
  }
}

/** The entries whose bodies mean the same. */
function withBody(
  place: Place,
  facts: RequestFacts | undefined,
  rules: MatchRules,
): Indexed[] | undefined {
  return (
    facts &&
    look(place, (mask) => {
      const masked = mask === undefined ? facts : maskBody(facts, mask, rules)
      return masked && rules.body(masked)
    })
  )
}

/** As a recording has it that does not tell the type of what was sent. */
function withoutType(facts: RequestFacts): RequestFacts | undefined {
  const rawHeaders = filterHeaders(facts.rawHeaders, (name) => name !== 'content-type')
  return rawHeaders.length === facts.rawHeaders.length ? undefined : { ...facts, rawHeaders }
}

/** Entries of a known body, and those that match any, in the order of the file; made once. */
function rememberAlike(): (known: Indexed[] | undefined, anyBody: Indexed[]) => AlikeEntries {
  const made = new WeakMap<Indexed[], AlikeEntries>()
  return (known, anyBody) => {
    const before = made.get(known ?? anyBody)
    if (before !== undefined) return before
    const alike = createAlikeEntries()
    const all = [...(known ?? []), ...anyBody]
    const inOrder = all.toSorted((one, other) => one.entry.number - other.entry.number)
    for (const { entry, rawHeaders } of inOrder) alike.add(entry, rawHeaders)
    made.set(known ?? anyBody, alike)
    return alike
  }
}

function look<Mask, Value>(
  { plain, masked }: Masked<Mask, Value>,
  textUnder: (mask: Mask | undefined) => string | undefined,
): Value | undefined {
  const found = plain.get(textUnder(undefined) ?? '')
  if (found !== undefined || masked === undefined) return found
  for (const { mask, values } of masked.values()) {
    const value = values.get(textUnder(mask) ?? '')
    if (value !== undefined) return value
  }
  return undefined
}

function addEntry(places: Places, entry: RecordedEntry, rules: MatchRules): void {
  const facts = factsOf(entry, rules)
  const mask = placeMaskOf(facts, rules.headers)
  const text = rules.place(mask === undefined ? facts : maskPlace(facts, mask))
  const place = getOrAdd<Place>(valuesUnder(places, mask), text, emptyPlace)
  places.asWritten.set(asWritten(facts), place)
  alikeOf(place, facts, rules).push({ entry, rawHeaders: facts.rawHeaders })
}

function alikeOf(place: Place, facts: RequestFacts, rules: MatchRules): Indexed[] {
  const mask = bodyMaskOf(facts, rules)
  const meaning = rules.body(mask === undefined ? facts : (maskBody(facts, mask, rules) ?? facts))
  return meaning === undefined
    ? place.anyBody
    : getOrAdd<Indexed[]>(valuesUnder(place, mask), meaning, () => [])
}

function emptyPlace(): Place {
  return { plain: new Map(), anyBody: [] }
}

/** What of a recorded request counts. */
export function factsOf(entry: RecordedEntry, rules: MatchRules): RequestFacts {
  const { method, url, rawHeaders, body } = entry.request
  const query = url.search.slice(1)
  return rules.normalized(
    { method, path: url.pathname, query, rawHeaders, body },
    `entry ${entry.number}`,
  )
}

function valuesUnder<Mask, Value>(
  holder: Masked<Mask, Value>,
  mask: Mask | undefined,
): Map<string, Value> {
  if (mask === undefined) return holder.plain
  holder.masked ??= new Map()
  return getOrAdd(holder.masked, JSON.stringify(mask), () => ({ mask, values: new Map() })).values
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
