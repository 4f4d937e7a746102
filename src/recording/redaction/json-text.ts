import { createEdits, type Edits } from './edits.ts'
import { deeper, replaceNamed, type Pass, type Where } from './found.ts'
import { isSecret } from './rules.ts'

/** Rewrites the text of a string. */
export type RewriteInner = (text: string, where: Where, pass: Pass) => string

/** An object or a list that has begun. */
interface Level {
  readonly isList: boolean
  /** The name that its values have: its own in a list, the latest in an object. */
  key: string | undefined
  index: number
  /** The name of the whole. */
  readonly owner: string | undefined
  /** Below `logprobs`, tokens are words of a model's reply. */
  readonly isWords: boolean
}

const [QUOTE, BACKSLASH, NEWLINE, COMMA] = [0x22, 0x5c, 0x0a, 0x2c]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]
const [MINUS, ZERO, NINE] = [0x2d, 0x30, 0x39]

/** Strings that are shorter hold no secret that shows. */
const SHORTEST = 8

/**
 * Replaces secrets in JSON, where it stands: all else keeps its text. What is around JSON does not
 * matter, so it takes JSON lines, server-sent events and scripts, too.
 */
export function rewriteJson(text: string, where: Where, pass: Pass, inner: RewriteInner): string {
  const edits = createEdits(text)
  const levels: Level[] = [
    { isList: false, key: undefined, index: 0, owner: undefined, isWords: false },
  ]
  const step: Step = { text, edits, levels, where, pass, inner }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const level = levels.at(-1)!
    if (code === QUOTE) at = readString(step, level, at)
    else if (code === OPEN_OBJECT || code === OPEN_LIST)
      levels.push(open(level, code === OPEN_LIST))
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      if (levels.length > 1) levels.pop()
    } else if (code === COMMA) {
      level.index += 1
      if (!level.isList) level.key = undefined
    } else if (level.key !== undefined && isNumberBegin(code)) at = readNumber(step, level, at)
  }
  return edits.result()
}

interface Step {
  readonly text: string
  readonly edits: Edits
  readonly levels: Level[]
  readonly where: Where
  readonly pass: Pass
  readonly inner: RewriteInner
}

function open({ key, isWords, owner, isList }: Level, isListInside: boolean): Level {
  const name = isList ? owner : key
  return {
    isList: isListInside,
    key: isListInside ? name : undefined,
    index: 0,
    owner: name,
    isWords: isWords || /^(?:top_)?logprobs$/.test(name ?? ''),
  }
}

/** @returns where the string ends */
function readString(step: Step, level: Level, start: number): number {
  const { text, edits } = step
  const end = stringEnd(text, start)
  if (text.charCodeAt(end) !== QUOTE) return end
  const raw = text.slice(start + 1, end)
  if (!level.isList && isColonNext(text, end + 1)) level.key = decode(raw)
  else edits.replace(start + 1, end, rewriteString(step, level, raw))
  return end
}

/** The closing quote, or what cannot be in a string. */
function stringEnd(text: string, start: number): number {
  let at = start + 1
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE || code === NEWLINE) break
    if (code === BACKSLASH) at += 1
  }
  return at
}

function isColonNext(text: string, start: number): boolean {
  let at = start
  while (/\s/.test(text.charAt(at))) at += 1
  return text.charAt(at) === ':'
}

function rewriteString(step: Step, level: Level, raw: string): string {
  const { pass, levels, where } = step
  const name = nameOf(level, pass)
  const place = (): string => `${where()} ${pathOf(levels)}`
  if (name !== undefined) {
    const value = decode(raw)
    if (isSecret(pass.rules, name, 'field', value)) {
      return encodeLike(raw, value, replaceNamed(name, value, place, pass))
    }
  }
  const below = raw.length < SHORTEST || !pass.rules.hints(raw) ? undefined : deeper(pass)
  if (below === undefined) return raw
  const value = decode(raw)
  return encodeLike(raw, value, step.inner(value, place, below))
}

/** A name that may hold a secret; `value` in an object stands for the name of the object. */
function nameOf({ key, owner, isWords }: Level, { rules }: Pass): string | undefined {
  if (key === undefined || isWords) return undefined
  if (rules.names.standing(key, 'field') !== undefined) return key
  return key === 'value' ? owner : undefined
}

function isNumberBegin(code: number): boolean {
  return code === MINUS || (code >= ZERO && code <= NINE)
}

/** @returns where the number ends */
function readNumber(step: Step, level: Level, start: number): number {
  const { text, edits, pass, levels, where } = step
  NUMBER.lastIndex = start
  const literal = NUMBER.exec(text)?.[0] ?? text.charAt(start)
  const end = start + literal.length
  const name = level.isList ? undefined : nameOf(level, pass)
  if (name !== undefined && isSecret(pass.rules, name, 'field', literal)) {
    const digits = literal.replaceAll(/\D/g, '')
    edits.replace(
      start,
      end,
      replaceNamed(name, digits, () => `${where()} ${pathOf(levels)}`, pass),
    )
  }
  return end - 1
}

const NUMBER = /-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,9})?/y

/** What a string says; as it is where it is no JSON. */
function decode(raw: string): string {
  if (!raw.includes('\\')) return raw
  try {
    return JSON.parse(`"${raw}"`) as string
  } catch {
    return raw
  }
}

/** Written with escapes where the original had to be. */
function encodeLike(raw: string, value: string, changed: string): string {
  if (changed === value) return raw
  const json = JSON.stringify(changed).slice(1, -1)
  if (/[\u0100-\uFFFF]/.test(raw)) return json
  // It may be bytes, of which each is a character.
  const others = /[\u0080-\u00FF]/.test(raw) ? /[\u0100-\uFFFF]/g : /[\u0080-\uFFFF]/g
  return json.replaceAll(
    others,
    (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Longer paths are not told in full. */
const TOLD = 30

/** As a JSON path (RFC 9535) to the value where the reading is. */
function pathOf(levels: readonly Level[]): string {
  const inside = levels.length > 1 ? levels.slice(1) : levels
  const steps = inside.slice(-TOLD).map(({ isList, key, index }) => {
    if (isList) return `[${index}]`
    if (key === undefined) return ''
    return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
  })
  return `$${inside.length > TOLD ? '…' : ''}${steps.join('')}`
}
