import type { BodyContent } from '../../contract/index.ts'
import { hasPieces } from '../../recording/masks.ts'
import { hasPlaceholder, splitAtPlaceholders } from '../../recording/redaction/placeholder.ts'
import { formDifferences } from './pairs.ts'
import { unlikenessOf } from '../unlikeness.ts'
import { MOST, NOTHING, quote, quoteBoth, weigh, WEIGHTS } from './weighed.ts'
import type { WeighedDifference } from './weighed.ts'

/** Whatever is deeper than this is taken to be the same, as it is compared as bytes elsewhere. */
const DEEPEST = 2000

/** A place in a body, from its end. */
type Path =
  | { readonly step: string | number; readonly before: Path; readonly depth: number }
  | undefined

/** In what two bodies differ: by JSON path, by form field, or as a whole. */
export function bodyDifferences(wanted: BodyContent, got: BodyContent): WeighedDifference[] {
  if (wanted.kind === 'json' && got.kind === 'json') {
    const found: WeighedDifference[] = []
    compare(undefined, wanted.value, got.value, found)
    return found
  }
  if (wanted.kind === 'form' && got.kind === 'form') {
    return formDifferences(wanted.text, got.text)
  }
  return textDifference(wanted.text, got.text)
}

function textDifference(wanted: string, got: string): WeighedDifference[] {
  if (wanted === got || hasPieces(got, splitAtPlaceholders(wanted))) return []
  const unlikeness = unlikenessOf(wanted, got)
  const [takes, came] = quoteBoth(wanted || undefined, got || undefined)
  return [weigh('body', takes, came, WEIGHTS.detail, unlikeness)]
}

function compare(path: Path, wanted: unknown, got: unknown, found: WeighedDifference[]): void {
  if (found.length >= MOST || wanted === got || (path?.depth ?? 0) > DEEPEST) return
  if (Array.isArray(wanted) && Array.isArray(got)) {
    for (let index = 0; index < Math.max(wanted.length, got.length); index++) {
      if (found.length >= MOST) return
      compare(below(path, index), wanted[index], got[index], found)
    }
  } else if (isObject(wanted) && isObject(got)) {
    compareFields(path, wanted, got, found)
  } else if (!isAny(wanted, got)) {
    const [takes, came] = valueTexts(wanted, got)
    const unlikeness = unlikenessOf(takes, came)
    found.push(weigh(`body ${pathText(path)}`, takes, came, WEIGHTS.detail, unlikeness))
  }
}

function compareFields(
  path: Path,
  wanted: Record<string, unknown>,
  got: Record<string, unknown>,
  found: WeighedDifference[],
): void {
  for (const key of keysOf(wanted)) {
    if (found.length >= MOST) return
    compare(below(path, key), wanted[key], own(got, key), found)
  }
  for (const key of keysOf(got)) {
    if (found.length >= MOST) return
    if (!Object.hasOwn(wanted, key)) {
      compare(below(path, key), undefined, got[key], found)
    }
  }
}

function below(before: Path, step: string | number): Path {
  return { step, before, depth: (before?.depth ?? 0) + 1 }
}

function own(holder: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(holder, key) ? holder[key] : undefined
}

const manyKeys = new WeakMap<object, readonly string[]>()

/** One body is compared with many: of large ones the keys are listed once. */
function keysOf(value: object): readonly string[] {
  const known = manyKeys.get(value)
  if (known !== undefined) return known
  const keys = Object.keys(value)
  if (keys.length > MOST) manyKeys.set(value, keys)
  return keys
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A secret was taken out of what was recorded. */
function isAny(wanted: unknown, got: unknown): boolean {
  const isText = typeof got === 'string' || typeof got === 'number'
  return isText && /^(?:string|number)$/.test(typeof wanted) && hasPlaceholder(String(wanted))
}

/** As JSONPath writes it (RFC 9535); of long ones the end. */
function pathText(path: Path): string {
  const steps: string[] = []
  let at = path
  for (; at !== undefined && steps.length < MOST_STEPS; at = at.before)
    steps.push(stepText(at.step))
  return `$${at === undefined ? '' : '…'}${steps.toReversed().join('')}`
}

const MOST_STEPS = 20

function stepText(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`
  return /^[A-Za-z_]\w{0,79}$/.test(step) ? `.${step}` : `[${quote(step)}]`
}

function valueTexts(wanted: unknown, got: unknown): readonly [wanted: string, got: string] {
  if (typeof wanted === 'string' && typeof got === 'string' && !`${wanted}${got}`.includes('\0')) {
    return quoteBoth(wanted, got)
  }
  return [valueText(wanted), valueText(got)]
}

function valueText(value: unknown): string {
  if (value === undefined) return NOTHING
  if (typeof value === 'string') return /^\0-?\d+$/.test(value) ? value.slice(1) : quote(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  return isObject(value) ? `an object of ${keysOf(value).length}` : String(value)
}
