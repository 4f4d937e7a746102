import { headerValue, type RawHeaders } from '../contract/index.ts'
import type { RecordedEntry } from './entry.ts'

/** Headers by which a client says which of several answers it wants. */
const NEGOTIATION = [
  'accept',
  'accept-language',
  'content-type',
  'if-modified-since',
  'if-none-match',
  'range',
]

/** Entries of requests that differ in nothing but how they negotiate. */
export interface AlikeEntries {
  add(entry: RecordedEntry, rawHeaders: RawHeaders): void
  /**
   * Those that agree with a request in most of the headers about negotiation, in the order of the
   * file. For the same entries it is the same list.
   */
  bestFor(rawHeaders: RawHeaders): readonly RecordedEntry[]
}

/** For so many kinds of wants the result is kept: a client has few, and asks again and again. */
const MOST_REMEMBERED = 1000

interface Variant {
  readonly wants: readonly (string | undefined)[]
  /** Tells it from the others. */
  readonly place: number
  readonly entries: RecordedEntry[]
}

export function createAlikeEntries(): AlikeEntries {
  const variants = new Map<string, Variant>()
  let ties: Map<string, readonly RecordedEntry[]> | undefined
  let remembered: Map<string, readonly RecordedEntry[]> | undefined

  const merged = (best: readonly Variant[]): readonly RecordedEntry[] => {
    const key = best.map(({ place }) => place).join(',')
    const known = ties?.get(key)
    if (known !== undefined) return known
    const all = best.flatMap(({ entries }) => entries)
    const sorted = all.toSorted((one, other) => one.number - other.number)
    ties ??= new Map()
    ties.set(key, sorted)
    return sorted
  }

  const bestAmongAll = (wants: Variant['wants']): readonly RecordedEntry[] => {
    const best = bestAgreeing([...variants.values()], wants)
    return best.length === 1 ? best[0]!.entries : merged(best)
  }
  const remember = (key: string, entries: readonly RecordedEntry[]): void => {
    if (remembered === undefined || remembered.size >= MOST_REMEMBERED) remembered = new Map()
    remembered.set(key, entries)
  }

  return {
    add(entry, rawHeaders) {
      ties = undefined
      remembered = undefined
      const wants = wantsOf(rawHeaders)
      const key = JSON.stringify(wants)
      const variant = variants.get(key)
      if (variant === undefined)
        variants.set(key, { wants, place: variants.size, entries: [entry] })
      else variant.entries.push(entry)
    },
    bestFor(rawHeaders) {
      const [only] = variants.values()
      if (variants.size < 2) return only?.entries ?? []
      const wants = wantsOf(rawHeaders)
      const key = JSON.stringify(wants)
      const known = variants.get(key)?.entries ?? remembered?.get(key)
      if (known !== undefined) return known
      const best = bestAmongAll(wants)
      remember(key, best)
      return best
    },
  }
}

/** What a request says about the answer that it wants. A boundary is another each time. */
export function wantsOf(rawHeaders: RawHeaders): Variant['wants'] {
  return NEGOTIATION.map((name) =>
    headerValue(rawHeaders, name)?.replace(/;\s*boundary=(?:"[^"]*"|[^;]*)/i, ''),
  )
}

function bestAgreeing(variants: readonly Variant[], wants: Variant['wants']): Variant[] {
  const scores = variants.map((variant) => agreement(variant.wants, wants))
  const best = scores.reduce((one, other) => Math.max(one, other))
  return variants.filter((_, index) => scores[index] === best)
}

function agreement(one: Variant['wants'], other: Variant['wants']): number {
  return one.filter((value, index) => value === other[index]).length
}
