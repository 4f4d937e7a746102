import type { Candidate, Miss, WantedDetails } from '../../contract/index.ts'
import {
  contentDifferences,
  createComparePlaces,
  detailDifferences,
  leastWeight,
} from './differences.ts'
import { MOST_FOR_DETAILS, quote, weigh, WEIGHTS, type WeighedDifference } from './weighed.ts'

/** One that almost answered. */
export interface NearMiss {
  readonly by: Candidate
  readonly differences: readonly WeighedDifference[]
}

/** Of so many the bodies are compared, those first that are nearest without them. */
const MOST_BODIES = 1000

interface Ranked {
  readonly miss: Miss
  readonly differences: readonly WeighedDifference[]
  readonly vagueness: number
  readonly rank: Rank
}

interface Detailed extends Ranked {
  readonly wanted: WantedDetails
}

/** How far away something is: first by weight, then by the number of differences, then by likeness. */
interface Rank {
  readonly weight: number
  readonly count: number
  readonly unlikeness: number
  /** Those that are asked first come first. */
  readonly order: number
}

/**
 * The nearest of what did not answer a request, the nearest first. What differs in less of the same
 * things is always nearer.
 */
export async function nearestOf(misses: Iterable<Miss>, count: number): Promise<NearMiss[]> {
  const close = inPlaces(misses, count).map(withDetails)
  const best = withBodies(close.toSorted(byRank), count)
  return Promise.all(
    best.map(async ({ miss, differences }) => ({
      by: miss.describe(),
      differences: await corrected(miss, differences),
    })),
  )
}

/** Those that could be among the nearest, whatever else they want. */
function inPlaces(misses: Iterable<Miss>, count: number): Ranked[] {
  const comparePlaces = createComparePlaces()
  const lightest: number[] = []
  const isNear = (weight: number): boolean =>
    weight <= (lightest[count - 1] ?? Infinity) + MOST_FOR_DETAILS
  const near: Ranked[] = []
  let order = 0
  for (const miss of misses) {
    order += 1
    if (!isNear(leastWeight(miss))) continue
    const one = rank({ miss, ...comparePlaces(miss), order })
    if (!isNear(one.rank.weight)) continue
    near.push(one)
    lightest.push(one.rank.weight)
    lightest.sort(byNumber)
    lightest.length = Math.min(lightest.length, count)
  }
  return near.filter(({ rank: { weight } }) => isNear(weight))
}

function byNumber(one: number, other: number): number {
  return one - other
}

function withDetails(one: Ranked): Detailed {
  const wanted = one.miss.details()
  return { ...withMore(one, detailDifferences(one.miss.asked, wanted)), wanted }
}

/** @param ranked sorted by all but their bodies, with which they can only be further away */
function withBodies(ranked: readonly Detailed[], count: number): Ranked[] {
  const best: Ranked[] = []
  for (const [index, one] of ranked.entries()) {
    const last = best[count - 1]
    if (last !== undefined && (byRank(last, one) < 0 || index >= MOST_BODIES)) break
    best.push(withMore(one, contentDifferences(one.miss.asked, one.wanted)))
    best.sort(byRank)
    best.length = Math.min(best.length, count)
  }
  return best
}

function withMore(one: Ranked, more: readonly WeighedDifference[]): Ranked {
  if (more.length === 0) return one
  const { miss, differences, vagueness } = one
  return rank({ miss, differences: [...differences, ...more], vagueness, order: one.rank.order })
}

function rank({
  miss,
  differences,
  vagueness,
  order,
}: Omit<Ranked, 'rank'> & Pick<Rank, 'order'>): Ranked {
  let place = 0
  let details = 0
  let unlikeness = vagueness
  for (const difference of differences) {
    if (difference.weight > WEIGHTS.detail) place += difference.weight
    else details += difference.weight
    unlikeness += difference.unlikeness
  }
  const weight = place + Math.min(details, MOST_FOR_DETAILS)
  const count = differences.length
  return { miss, differences, vagueness, rank: { weight, count, unlikeness, order } }
}

function byRank({ rank: one }: Ranked, { rank: other }: Ranked): number {
  return (
    one.weight - other.weight ||
    one.count - other.count ||
    one.unlikeness - other.unlikeness ||
    one.order - other.order
  )
}

/** Whether a pattern fits is not for us to say, where somebody knows. */
async function corrected(
  { asked, place }: Miss,
  differences: readonly WeighedDifference[],
): Promise<readonly WeighedDifference[]> {
  const fits = await place.fitsPath?.()
  const isSaid = differences.some(isOfPath)
  if (fits === undefined || fits !== isSaid) return differences
  if (fits) return differences.filter((difference) => !isOfPath(difference))
  return [...differences, weigh('path', String(place.path), quote(asked.path), WEIGHTS.segment)]
}

function isOfPath({ field }: WeighedDifference): boolean {
  return field.startsWith('path')
}
