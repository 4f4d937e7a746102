import { decodePercents } from '../../recording/pairs.ts'
import { hasPlaceholder } from '../../recording/redaction/placeholder.ts'
import { unlikenessOf } from '../unlikeness.ts'
import { NOTHING, quote, weigh, WEIGHTS, type WeighedDifference } from './weighed.ts'

/** Longer paths are compared as a whole. */
const MOST_SEGMENTS = 40

/** How a path compares with what something takes. */
export interface PathComparison {
  readonly differences: readonly WeighedDifference[]
  /** How little it says that the rest fits: a name in a pattern fits anything. */
  readonly vagueness: number
}

/**
 * In what two paths differ, segment by segment: those that are more on one side are told apart from
 * those that are other ones.
 *
 * @param isPattern whether `wanted` has MSW's `:name` and `*`, and a slash at the end means nothing
 */
export function comparePaths(wanted: string, got: string, isPattern: boolean): PathComparison {
  if (wanted === got) return { differences: [], vagueness: 0 }
  const wants = segmentsOf(wanted, isPattern)
  const gots = segmentsOf(got, isPattern)
  if (wants.length > MOST_SEGMENTS || gots.length > MOST_SEGMENTS) {
    const unlikeness = unlikenessOf(wanted, got)
    const weight = WEIGHTS.segment * Math.max(1, fewestDifferences(wanted, got, isPattern))
    const difference = weigh('path', quote(wanted), quote(got), weight, unlikeness)
    return { differences: [difference], vagueness: 0 }
  }
  const way = align(
    wants.map((text) => toSegment(text, isPattern)),
    gots.map((text) => decodePercents(text)),
  )
  return {
    differences: stepsOf(way).map((step) => describe(step, gots)),
    vagueness: way.vagueness,
  }
}

/** How many segments at least differ, found at once; 0 where only comparing can tell. */
export function fewestDifferences(wanted: string, got: string, isPattern: boolean): number {
  if (isPattern && /[*?+]|\/$/.test(wanted + got)) return 0
  return Math.abs(slashesIn(wanted) - slashesIn(got))
}

function slashesIn(path: string): number {
  if (path === '/') return 0
  let count = 0
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) count += 1
  return count
}

function segmentsOf(path: string, isSlashIgnored: boolean): string[] {
  const bare = isSlashIgnored ? path.replace(/\/$/, '') : path
  return bare === '' || bare === '/' ? [] : bare.replace(/^\//, '').split('/')
}

/** A segment that a path is to have. */
interface Segment {
  readonly text: string
  /** How unlike another text is; 0 where it fits. */
  unlike(got: string): number
  /** How little it says that a text fits. */
  readonly vagueness: number
  /** Whether there may be none of it. */
  readonly isOptional: boolean
  /** Whether there may be more of it. */
  readonly isRepeated: boolean
}

function toSegment(text: string, isPattern: boolean): Segment {
  const fits = isPattern ? patternOf(text) : isAny(text) ? () => true : undefined
  const plain = decodePercents(text)
  return {
    text,
    unlike: (got) => (plain === got || fits?.(got) === true ? 0 : 0.01 + unlikenessOf(plain, got)),
    vagueness: fits === undefined ? 0 : /^\*$/.test(text) ? 0.3 : 0.1,
    isOptional: isPattern && /^(?::\w+[?*]|\*)$/.test(text),
    isRepeated: isPattern && /^(?::\w+[+*]|\*)$/.test(text),
  }
}

/** A secret was taken out of it. */
function isAny(text: string): boolean {
  return hasPlaceholder(decodePercents(text))
}

/** What a segment of a pattern fits; undefined where it is plain text. */
function patternOf(text: string): ((got: string) => boolean) | undefined {
  if (/^:\w+[?*+]?$/.test(text)) return (got) => got !== ''
  if (!/[:*(]/.test(text)) return undefined
  const source = text
    .split(/(:\w+|\*)/)
    .map((part, index) => {
      if (index % 2 === 0) return part.replaceAll(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`)
      return part === '*' ? '.*' : '[^/]+?'
    })
    .join('')
  const expression = new RegExp(`^${source}$`)
  return (got) => expression.test(got)
}

/** One segment that is another, that is missing, or that is too much. */
interface Step {
  readonly wanted: Segment | undefined
  /** Its place among those that came; of one that is missing, among those that are wanted. */
  readonly at: number
  readonly isMissing: boolean
  readonly unlikeness: number
}

interface Way {
  readonly cost: number
  readonly vagueness: number
  readonly last: Step | undefined
  readonly before: Way | undefined
}

const START: Way = { cost: 0, vagueness: 0, last: undefined, before: undefined }

/** The fewest steps from one list of segments to another; of these the clearest, and as late as can be. */
function align(wants: readonly Segment[], gots: readonly string[]): Way {
  let row: Way[] = [START]
  for (let at = 1; at <= gots.length; at++) row.push(tooMuch(row[at - 1]!, at - 1))
  for (const [place, wanted] of wants.entries()) {
    const next: Way[] = [missing(row[0]!, wanted, place)]
    for (const [index, got] of gots.entries()) {
      const ways = [
        wanted.isRepeated ? vaguer(next[index]!, wanted) : tooMuch(next[index]!, index),
        missing(row[index + 1]!, wanted, place),
        another(row[index]!, wanted, got, index),
      ]
      next.push(ways.reduce((best, way) => (way.cost < best.cost ? way : best)))
    }
    row = next
  }
  return row.at(-1)!
}

function another(before: Way, wanted: Segment, got: string, at: number): Way {
  const unlikeness = wanted.unlike(got)
  if (unlikeness === 0) return vaguer(before, wanted)
  return stepTo(before, { wanted, at, isMissing: false, unlikeness })
}

function vaguer(way: Way, { vagueness }: Segment): Way {
  if (vagueness === 0) return way
  return { ...way, cost: way.cost + vagueness / 1000, vagueness: way.vagueness + vagueness }
}

/** What is missing of a pattern is less of a loss than text. */
function missing(before: Way, wanted: Segment, at: number): Way {
  if (wanted.isOptional) return before
  const unlikeness = wanted.vagueness > 0 ? 0.5 : 1
  return stepTo(before, { wanted, at, isMissing: true, unlikeness })
}

function tooMuch(before: Way, at: number): Way {
  return stepTo(before, { wanted: undefined, at, isMissing: false, unlikeness: 1 })
}

/** Unlikeness never outweighs a step: there are at most twice `MOST_SEGMENTS` of them. */
function stepTo(before: Way, step: Step): Way {
  const cost = before.cost + 1 + step.unlikeness / 1000
  return { cost, vagueness: before.vagueness, last: step, before }
}

function stepsOf(way: Way): Step[] {
  const steps: Step[] = []
  for (let at: Way | undefined = way; at?.last !== undefined; at = at.before) steps.push(at.last)
  return steps.toReversed()
}

function describe(step: Step, gots: readonly string[]): WeighedDifference {
  const { wanted, at, isMissing, unlikeness } = step
  const got = isMissing ? undefined : gots[at]
  const isLastSlash = got === '' && wanted === undefined && at === gots.length - 1
  if (isLastSlash) return weigh('path', 'no slash at its end', 'one', WEIGHTS.segment, unlikeness)
  const takes = wanted === undefined ? NOTHING : textOf(wanted.text)
  return weigh(`path segment ${at + 1}`, takes, quote(got), WEIGHTS.segment, unlikeness)
}

/** What is a pattern stands there as it was written. */
function textOf(text: string): string {
  return /[:*(]/.test(text) ? text : quote(text)
}
