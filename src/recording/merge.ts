import { createHash } from 'node:crypto'
import type { HarEntry } from './har.ts'
import { withoutPlaceholders } from './redaction/placeholder.ts'
import { isSameTraffic } from './same-traffic.ts'
import type { NewEntry } from './sidecar.ts'

/** What became of the entries of a recording. */
export interface Merged {
  readonly entries: readonly HarEntry[]
  readonly added: number
  /** Entries that changed; one that came back as it was stays to the letter. */
  readonly replaced: number
  /** Entries of requests that were made less often than before. */
  readonly removed: number
}

/** By this an entry is known when its file is read again. */
export function fingerprint(entry: HarEntry): string {
  return createHash('sha256').update(JSON.stringify(entry)).digest('base64url').slice(0, 22)
}

/**
 * Puts what a run recorded into the entries of a recording. Those of requests that were recorded
 * again get their new replies, in their places; what is new comes after all others, in an order that
 * does not depend on which process was faster.
 *
 * @param recorded of each sidecar, in the order in which it was recorded
 */
export function mergeEntries(
  entries: readonly HarEntry[],
  recorded: readonly (readonly NewEntry[])[],
): Merged {
  const places = placesByFingerprint(entries)
  // Whoever merged before may have been killed before it could remove what it had merged.
  const isNew = ({ entry }: NewEntry): boolean => !places.has(fingerprint(entry))
  const slots: HarEntry[][] = entries.map((entry) => [entry])
  const fresh: HarEntry[][] = []
  let added = 0
  let replaced = 0
  let removed = 0
  for (const group of groups(recorded.map((set) => set.filter(isNew)))) {
    const old = takePlaces(group, places)
    const before = old.map((place) => entries[place]!)
    const after = group.map(({ entry }, index) => chosen(before[index], entry))
    for (const [index, entry] of after.entries()) {
      if (index >= before.length) added += 1
      else if (entry !== before[index]) replaced += 1
    }
    removed += Math.max(0, before.length - after.length)
    putInto(slots, fresh, old, after)
  }
  return { entries: [...slots, ...fresh].flat(), added, replaced, removed }
}

function chosen(before: HarEntry | undefined, now: HarEntry): HarEntry {
  return before !== undefined && isSameTraffic(before, now) ? before : now
}

function placesByFingerprint(entries: readonly HarEntry[]): Map<string, number[]> {
  const places = new Map<string, number[]>()
  for (const [place, entry] of entries.entries()) {
    const known = places.get(fingerprint(entry))
    if (known === undefined) places.set(fingerprint(entry), [place])
    else known.push(place)
  }
  return places
}

/** Where the entries are that a group replaces, in the order of the file; no other group's then. */
function takePlaces(group: readonly NewEntry[], places: Map<string, number[]>): number[] {
  const wanted = new Set(group.flatMap(({ replaces }) => replaces))
  const found = [...wanted].flatMap((one) => places.get(one) ?? [])
  for (const one of wanted) places.delete(one)
  return found.toSorted((one, other) => one - other)
}

function putInto(
  slots: HarEntry[][],
  fresh: HarEntry[][],
  old: readonly number[],
  after: readonly HarEntry[],
): void {
  if (old.length === 0) {
    fresh.push([...after])
    return
  }
  const last = old.length - 1
  for (const [index, place] of old.entries()) {
    slots[place] = index === last ? after.slice(index) : after.slice(index, index + 1)
  }
}

/** Those of one key together, each set's in its own order; keys in an order of their own. */
function groups(recorded: readonly (readonly NewEntry[])[]): NewEntry[][] {
  const bySet = recorded
    .filter((set) => set.length > 0)
    .toSorted((one, other) => startOf(one) - startOf(other))
  const byKey = new Map<string, NewEntry[]>()
  for (const set of bySet) {
    const before = new Set(byKey.keys())
    for (const line of set) {
      if (line.onlyMissing && before.has(line.key)) continue
      const group = byKey.get(line.key) ?? []
      byKey.set(line.key, group)
      group.push(line)
    }
  }
  return [...byKey.values()].toSorted(
    (one, other) => compare(sortText(one), sortText(other)) || startOf(one) - startOf(other),
  )
}

function startOf([first]: readonly NewEntry[]): number {
  return Date.parse(String(first?.entry.startedDateTime))
}

/** Requests that differ in a secret alone are in the order in which they were made. */
function sortText([first]: readonly NewEntry[]): string {
  const { entry, key } = first!
  const { url, method, postData } = entry.request ?? {}
  return withoutPlaceholders(JSON.stringify([url, method, postData?.text ?? '', key]))
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
