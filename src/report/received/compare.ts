import type { Exchange } from '../../contract/index.ts'
import type { ExpectedCall } from './call.ts'
import type { Difference } from './check.ts'
import { unlikenessOf } from '../unlikeness.ts'

/** Those of an API's exchanges that are, and may be, an expected call. */
export interface Matches {
  readonly certain: readonly Numbered[]
  /** Those that were not kept whole, so that it cannot be told. */
  readonly possible: readonly Numbered[]
}

/** An exchange and its place in the order of arrival, from 1 on. */
export interface Numbered {
  readonly exchange: Exchange
  readonly number: number
}

/** An exchange and all that makes it another than an expected call. */
export interface Compared extends Numbered {
  readonly differences: readonly Difference[]
}

export function numbered(exchanges: readonly Exchange[]): Numbered[] {
  return exchanges.map((exchange, index) => ({ exchange, number: index + 1 }))
}

export function findMatches(exchanges: readonly Numbered[], call: ExpectedCall): Matches {
  const matches = { certain: [] as Numbered[], possible: [] as Numbered[] }
  for (const one of exchanges) {
    const match = matchOf(one, call)
    if (match !== undefined) matches[match].push(one)
  }
  return matches
}

/** Whether an exchange is an expected call, as far as can be told; undefined when it is another. */
export function matchOf(
  { exchange }: Numbered,
  { checks }: ExpectedCall,
): keyof Matches | undefined {
  let match: keyof Matches = 'certain'
  for (const check of checks) {
    const difference = check(exchange.request)
    if (difference === undefined) continue
    if (difference.isUnknown !== true) return undefined
    match = 'possible'
  }
  return match
}

/** Exchanges, the one that is most like an expected call first; of those alike, the latest. */
export function byLikeness(exchanges: readonly Numbered[], call: ExpectedCall): Compared[] {
  return exchanges
    .map((one) => {
      const differences = call.checks.flatMap((check) => check(one.exchange.request) ?? [])
      const isPath = differences.every(({ part }) => part !== 'path')
      const unlikeness = isPath ? 0 : unlikenessOf(one.exchange.request.path, call.path ?? '')
      const absent = differences.filter(({ isAbsent }) => isAbsent === true).length
      return { ...one, differences, unlikeness, absent }
    })
    .toSorted(
      (one, other) =>
        one.differences.length - other.differences.length ||
        one.unlikeness - other.unlikeness ||
        one.absent - other.absent ||
        other.number - one.number,
    )
}
