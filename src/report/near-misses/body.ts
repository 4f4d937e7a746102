import type { BodyContent } from '../../contract/index.ts'
import { hasPlaceholder } from '../../recording/redaction/placeholder.ts'
import { pairDifferences } from './pairs.ts'
import { unlikenessOf } from '../unlikeness.ts'
import { NOTHING, quote, weigh, WEIGHTS, type WeighedDifference } from './weighed.ts'

/** No more differences than this are looked for in one body. */
const MOST = 100

/** Whatever is deeper than this is taken to be the same. */
const DEEPEST = 100

type Path = readonly (string | number)[]

/** In what two bodies differ: by JSON path, by form field, or as a whole. */
export function bodyDifferences(wanted: BodyContent, got: BodyContent): WeighedDifference[] {
  if (wanted.kind === 'json' && got.kind === 'json') {
    const found: WeighedDifference[] = []
    compare([], wanted.value, got.value, found)
    return found
  }
  if (wanted.kind === 'form' && got.kind === 'form') {
    return pairDifferences('body field', wanted.text, got.text)
  }
  return textDifference(wanted.text, got.text)
}

function textDifference(wanted: string, got: string): WeighedDifference[] {
  if (wanted === got || hasPlaceholder(wanted)) return []
  const unlikeness = unlikenessOf(wanted, got)
  return [weigh('body', bodyText(wanted), bodyText(got), WEIGHTS.detail, unlikeness)]
}

function bodyText(text: string): string {
  return text === '' ? NOTHING : quote(text)
}

function compare(path: Path, wanted: unknown, got: unknown, found: WeighedDifference[]): void {
  if (found.length >= MOST || path.length > DEEPEST || Object.is(wanted, got)) return
  if (Array.isArray(wanted) && Array.isArray(got)) {
    for (let index = 0; index < Math.max(wanted.length, got.length); index++) {
      compare([...path, index], wanted[index], got[index], found)
    }
  } else if (isObject(wanted) && isObject(got)) {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(got)])) {
      compare([...path, key], wanted[key], got[key], found)
    }
  } else if (!isAny(wanted, got)) {
    const [wantedText, gotText] = [valueText(wanted), valueText(got)]
    const unlikeness = unlikenessOf(wantedText, gotText)
    found.push(weigh(`body ${pathText(path)}`, wantedText, gotText, WEIGHTS.detail, unlikeness))
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A secret was taken out of what was recorded. */
function isAny(wanted: unknown, got: unknown): boolean {
  const isText = typeof got === 'string' || typeof got === 'number'
  return isText && /^(?:string|number)$/.test(typeof wanted) && hasPlaceholder(String(wanted))
}

/** As JSONPath writes it (RFC 9535). */
function pathText(path: Path): string {
  return `$${path.map(stepText).join('')}`
}

function stepText(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`
  return /^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `[${quote(step)}]`
}

function valueText(value: unknown): string {
  if (value === undefined) return NOTHING
  if (typeof value === 'string') return value.startsWith('\0') ? value.slice(1) : quote(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  return isObject(value) ? `an object of ${Object.keys(value).length}` : String(value)
}
