import type { ComparedRequest, Miss, WantedDetails, WantedPlace } from '../../contract/index.ts'
import { hasPlaceholder } from '../../recording/redaction/placeholder.ts'
import { bodyDifferences } from './body.ts'
import { queryDifferences } from './pairs.ts'
import { comparePaths, fewestDifferences, type PathComparison } from './path.ts'
import { unlikenessOf } from '../unlikeness.ts'
import { quote, quoteBoth, weigh, WEIGHTS, type WeighedDifference } from './weighed.ts'

/** The weight that the place of something at least has, found without comparing it. */
export function leastWeight({ asked, place }: Miss): number {
  const { path, isPattern = false } = place
  const method = weightOf(methodDifference(asked, place))
  if (typeof path !== 'string') return method
  return method + WEIGHTS.segment * fewestDifferences(path, asked.path, isPattern)
}

function weightOf(differences: readonly WeighedDifference[]): number {
  return differences.reduce((sum, { weight }) => sum + weight, 0)
}

/** Compares the places of requests with those of what could have answered them. */
export type ComparePlaces = (miss: Miss) => PathComparison

/** Many are written alike: each way to write a place is compared once. */
export function createComparePlaces(): ComparePlaces {
  const known = new Map<string, PathComparison>()
  const compare = ({ asked, place }: Miss): PathComparison => {
    const { path, isPattern = false } = place
    if (typeof path !== 'string') return compareWithPattern(asked, path)
    const key = `${isPattern ? 'like' : 'is'} ${path} for ${asked.path}`
    const before = known.get(key)
    if (before !== undefined) return before
    const compared = comparePaths(path, asked.path, isPattern)
    known.set(key, compared)
    return compared
  }
  return (miss) => {
    const { asked, place } = miss
    const path = compare(miss)
    const others = [...methodDifference(asked, place), ...originDifference(asked, place)]
    if (others.length === 0) return path
    return { differences: [...others, ...path.differences], vagueness: path.vagueness }
  }
}

/** In what a request to the same place differs, its body apart. */
export function detailDifferences(
  asked: ComparedRequest,
  wanted: WantedDetails,
): WeighedDifference[] {
  return [
    ...(wanted.query === undefined ? [] : queryDifferences(wanted.query, asked.query)),
    ...headerDifferences(asked, wanted),
    ...(wanted.others ?? []).map(({ field, wanted: takes, got }) =>
      weigh(field, takes, got, WEIGHTS.detail, unlikenessOf(takes, got)),
    ),
  ]
}

/** In what its body does. */
export function contentDifferences(
  asked: ComparedRequest,
  wanted: WantedDetails,
): WeighedDifference[] {
  if (asked.body === undefined || wanted.body === undefined) return []
  return bodyDifferences(wanted.body, asked.body)
}

function methodDifference(
  { method: got }: ComparedRequest,
  { method }: WantedPlace,
): WeighedDifference[] {
  // RFC 9110 §9.3.2: what answers GET answers HEAD.
  if (isTaken(got, method) || (got === 'HEAD' && isTaken('GET', method))) return []
  return [weigh('method', String(method), got, WEIGHTS.method)]
}

function isTaken(got: string, method: WantedPlace['method']): boolean {
  if (method instanceof RegExp) return new RegExp(method).test(got)
  return method === undefined || method === got
}

function originDifference(
  { origin: got }: ComparedRequest,
  { origin }: WantedPlace,
): WeighedDifference[] {
  if (origin === undefined || got === undefined || origin === got) return []
  return [weigh('origin', origin, got, WEIGHTS.origin, unlikenessOf(origin, got))]
}

const ANYWHERE: PathComparison = { differences: [], vagueness: 1 }

function compareWithPattern(asked: ComparedRequest, path: RegExp | undefined): PathComparison {
  if (path === undefined) return ANYWHERE
  if (new RegExp(path).test((asked.origin ?? '') + asked.path)) return ANYWHERE
  const difference = weigh('path', String(path), quote(asked.path), WEIGHTS.segment)
  return { differences: [difference], vagueness: 0 }
}

function headerDifferences(
  asked: ComparedRequest,
  { headers }: WantedDetails,
): WeighedDifference[] {
  if (headers === undefined || headers.size === 0) return []
  return Array.from(headers).flatMap(([name, wanted]) => {
    const got = asked.headers?.get(name)
    const isAny = got !== undefined && wanted !== undefined && hasPlaceholder(wanted)
    if (got === wanted || isAny) return []
    const unlikeness = unlikenessOf(wanted ?? '', got ?? '')
    const [takes, came] = quoteBoth(wanted, got)
    return [weigh(`header ${name}`, takes, came, WEIGHTS.detail, unlikeness)]
  })
}
