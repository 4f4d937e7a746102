import { createHmac } from 'node:crypto'
import { JWT_BEHIND, JWT_PART, SHAPES, shapeOf, START } from './shapes.ts'

/** What tells a placeholder from a secret: one of these is in each. */
const MARK = 'REDACTED'
const HEX_MARK = '4edac7ed'
const DIGIT_MARK = '73322833'

const PREFIXES = SHAPES.flatMap(({ prefix }) => (prefix === '' ? [] : [prefix])).join('|')
const MARKED_BEGIN = `(?:${PREFIXES})?(?:eyJ)?${MARK}`
/** Behind the mark of one, another secret may have been put, which has no mark. */
const OTHER_BEGIN = `(?<![A-Za-z\\d])(?!${MARKED_BEGIN})(?:${PREFIXES}|eyJ${JWT_PART}*\\.)`
const TOKEN = `${MARKED_BEGIN}(?:(?!${OTHER_BEGIN})[\\w./+-])*=*`
const JWT = String.raw`eyJ[\w-]*(?:\.[\w-]*){1,3}\.${MARK}(?:(?!${OTHER_BEGIN})[\w-])*`
const PLACEHOLDER = new RegExp(
  [
    TOKEN,
    JWT,
    String.raw`-----BEGIN [A-Z\d ]+-----[^]*${MARK}[^]*`,
    String.raw`${HEX_MARK}[\da-f-]*`,
    String.raw`${DIGIT_MARK}\d{4}`,
  ]
    .map((pattern) => `^${pattern}$`)
    .join('|'),
)
// The bare word is one that people write, too.
const MARKED = new RegExp(`${MARK}[\\w+/=-]{6,}|${HEX_MARK}|${DIGIT_MARK}\\d{4}`)

/** Whether a value is a placeholder, and nothing else. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text.trim())
}

/** Whether a placeholder is anywhere in a text. */
export function hasPlaceholder(text: string): boolean {
  return MARKED.test(text)
}

/** None begins within what may be one, or a long text of beginnings would take long. */
const ANYWHERE = new RegExp(
  [
    String.raw`-----BEGIN [A-Z\d ]+-----(?:[^-]|-(?!----))*-----END [A-Z\d ]+-----`,
    String.raw`${START}eyJ${JWT_PART}*(?:\.${JWT_PART}*){1,3}\.${MARK}(?:(?!${OTHER_BEGIN})[\w-])*`,
    TOKEN,
    String.raw`${HEX_MARK}[\da-f-]*`,
    String.raw`${DIGIT_MARK}\d{4}`,
  ].join('|'),
  'g',
)

/** A text in which all placeholders are the same. */
export function withoutPlaceholders(text: string): string {
  return hasPlaceholder(text)
    ? text.replace(ANYWHERE, (found) => (hasPlaceholder(found) ? MARK : found))
    : text
}

/** What of a text stands before, between and after its placeholders. */
export function splitAtPlaceholders(text: string): string[] {
  const between = '\0placeholder\0'
  return text.replace(ANYWHERE, (found) => (hasPlaceholder(found) ? between : found)).split(between)
}

/**
 * Makes what stands for a secret: the same for the same one, of the same form, and nothing by which
 * a guess at the secret can be confirmed without the key.
 */
export function createPlaceholders(key: Uint8Array): (secret: string) => string {
  const made = new Map<string, string>()
  return (secret) => {
    const known = made.get(secret)
    if (known !== undefined) return known
    const core = secret.trim()
    const placeholder = secret.replace(core, () => formed(core, deriveFrom(key, core)))
    made.set(secret, placeholder)
    return placeholder
  }
}

/** Draws characters of an alphabet: the same ones in the same order for a secret. */
type Draw = (alphabet: string, count: number) => string

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const DIGITS = '0123456789'
const HEX = '0123456789abcdef'
const BASE32 = `${LETTERS}234567`
const ALPHANUMERIC = `${LETTERS}${LETTERS.toLowerCase()}${DIGITS}`

function deriveFrom(key: Uint8Array, secret: string): Draw {
  // A private key is the same however its lines are broken.
  const material = secret.startsWith('-----') ? secret.replaceAll(/\\[nr]|\s/g, '') : secret
  const seed = createHmac('sha256', key).update(material).digest()
  let block = 0
  let bytes = seed
  let used = 0
  const next = (): number => {
    if (used === bytes.length) {
      block += 1
      bytes = createHmac('sha256', seed).update(String(block)).digest()
      used = 0
    }
    return bytes[used++]!
  }
  return (alphabet, count) => {
    let drawn = ''
    while (drawn.length < count) drawn += alphabet[next() % alphabet.length]!
    return drawn
  }
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-([\da-f])[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/i

function formed(secret: string, draw: Draw): string {
  const shape = shapeOf(secret)
  if (shape?.name === 'jwt') return formedJwt(secret, draw)
  if (shape?.name === 'pem') return formedKey(secret, draw)
  if (shape !== undefined) return formedToken(secret, shape.name, shape.prefix, draw)
  if (/^\d+$/.test(secret)) return DIGIT_MARK + draw(DIGITS, 4)
  const version = UUID.exec(secret)?.[1]
  if (version !== undefined) {
    return `${HEX_MARK}-${draw(HEX, 4)}-${version.toLowerCase()}${draw(HEX, 3)}-8${draw(HEX, 3)}-${draw(HEX, 12)}`
  }
  if (/^[\da-f]{12,}$/i.test(secret)) return HEX_MARK + draw(HEX, secret.length - HEX_MARK.length)
  return MARK + draw(HEX, Math.max(secret.length, 16) - MARK.length)
}

/**
 * The prefix stays, and so do dots, slashes and dashes behind the mark. Where a JWT may begin in it,
 * that stays and is marked, too: what stands in front of the token ends there, and has to end there still.
 */
function formedToken(secret: string, name: string, prefix: string, draw: Draw): string {
  const begin = `^(?:${prefix})(?:(?<=[_-])eyJ)?|${JWT_BEHIND}`
  const covered = `(?:(?!${JWT_BEHIND})[^]){0,${MARK.length}}`
  const alphabet = name === 'aws' ? BASE32 : ALPHANUMERIC
  return secret.replaceAll(
    new RegExp(`(${begin})${covered}|[A-Za-z\\d]`, 'g'),
    (_, kept?: string) => (kept === undefined ? draw(alphabet, 1) : kept + MARK),
  )
}

/** From 2020 to 2100: no client finds it expired. */
const LIFETIME = { iat: 1_577_836_800, exp: 4_102_444_800 }

function formedJwt(secret: string, draw: Draw): string {
  const [header = '', ...parts] = secret.split('.')
  const head = isJsonObject(header) ? header : encode({ alg: 'HS256', typ: 'JWT' })
  const length = Math.max(parts.at(-1)!.length, 43)
  const signature = MARK + draw(ALPHANUMERIC, length - MARK.length)
  if (parts.length === 2) {
    return `${head}.${encode({ sub: MARK + draw(HEX, 16), ...LIFETIME })}.${signature}`
  }
  const middle = parts.slice(0, -1).map((part) => draw(ALPHANUMERIC, part.length))
  return [head, ...middle, signature].join('.')
}

function isJsonObject(part: string): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** Armor, headers and line breaks stay, whichever way those are written. */
function formedKey(secret: string, draw: Draw): string {
  const [, begin = '', body = '', end = ''] =
    /^(-----[^-]+-----)([^]*?)(-----END [^-]+-----)?$/.exec(secret) ?? []
  let isMarked = false
  const lines = body.replaceAll(/\\[nr]|\s|((?:(?!\\[nr])\S)+)/g, (token, line?: string) => {
    if (line === undefined || /[:,]/.test(line)) return token
    const text = isMarked ? '' : MARK
    isMarked = true
    const padding = /=*$/.exec(line)![0]
    const count = Math.max(0, line.length - padding.length - text.length)
    return text + draw(ALPHANUMERIC, count) + padding
  })
  return begin + (isMarked ? lines : `${body}${MARK}`) + end
}
