import type { Difference } from '../../contract/index.ts'

/** A difference, and how far it takes the two sides apart. */
export interface WeighedDifference extends Difference {
  readonly weight: number
  /** From 0, almost the same, to 1, nothing in common: decides between equals. */
  readonly unlikeness: number
  /** The parameter of the query in which they differ. */
  readonly parameter?: string
}

/**
 * Another method is nearer than another path, and whatever else differs at the same place is nearer
 * than either: see `MOST_FOR_DETAILS`.
 */
export const WEIGHTS = { detail: 1, method: 3, segment: 4, origin: 4 } as const

/** All that differs at the same place together weighs no more than this. */
export const MOST_FOR_DETAILS = 2.5

export function weigh(
  field: string,
  wanted: string,
  got: string,
  weight: number,
  unlikeness = 1,
): WeighedDifference {
  return { field, wanted, got, weight, unlikeness }
}

/** No more differences than this are looked for in one query or one body. */
export const MOST = 100

/** In the place of what is not there. */
export const NOTHING = 'nothing'

const LONGEST = 80

/** A text as a report quotes it. */
export function quote(text: string | undefined): string {
  if (text === undefined) return NOTHING
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)
}

/** Two texts, quoted from where they begin to differ if they would look alike without that. */
export function quoteBoth(
  wanted: string | undefined,
  got: string | undefined,
): readonly [wanted: string, got: string] {
  const quoted = [quote(wanted), quote(got)] as const
  if (wanted === undefined || got === undefined || quoted[0] !== quoted[1]) return quoted
  let start = LONGEST - 1
  while (start < wanted.length && wanted[start] === got[start]) start += 1
  const rest = (text: string): string => quote(`…${text.slice(start - LONGEST / 4)}`)
  return [rest(wanted), rest(got)]
}

/** A name as a part of the name of a field. */
export function nameText(name: string): string {
  return /^[^\p{C}\s"](?:[^\p{C}]{0,78}[^\p{C}\s])?$/u.test(name) ? name : quote(name)
}
