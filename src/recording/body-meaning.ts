import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { toLatin1 } from '../wire/latin1.ts'
import type { Json } from './json-paths.ts'
import { sortedPairs } from './pairs.ts'

/** Larger bodies than this are compared as bytes: what they mean would take too much memory. */
export const MAX_SIZE: number = 4 * 1024 * 1024
/** A longer meaning is told by its hash: an index holds those of all entries. */
const MAX_LENGTH = 1000
/** Deeper JSON than this is compared as bytes. */
const MAX_DEPTH = 2000

/**
 * A text that two bodies have in common exactly when they mean the same: JSON whatever the order of
 * its keys and its spacing, forms whatever the order of their fields, multipart whatever its
 * boundary; of anything else, the bytes.
 *
 * @param forget takes out of a JSON body what is declared to vary
 */
export function bodyMeaning(
  bytes: Uint8Array,
  contentType: string | undefined,
  forget: (value: Json) => Json,
): string {
  const text = wholeMeaning(bytes, contentType, forget)
  if (text === undefined) return `bytes-hash ${hashOf(bytes)}`
  return text.length > MAX_LENGTH ? `hash ${hashOf(text)}` : text
}

/** The same, however long it is; undefined for bodies that are too large for it. */
export function wholeMeaning(
  bytes: Uint8Array,
  contentType: string | undefined,
  forget: (value: Json) => Json,
): string | undefined {
  if (bytes.byteLength === 0) return 'bytes '
  if (bytes.byteLength > MAX_SIZE) return undefined
  return typedMeaning(bytes, (contentType ?? '').trim(), forget) ?? `bytes ${toLatin1(bytes)}`
}

/** Undefined for bodies of which nothing but the bytes counts. */
function typedMeaning(
  bytes: Uint8Array,
  type: string,
  forget: (value: Json) => Json,
): string | undefined {
  if (/^multipart\//i.test(type)) return multipartMeaning(bytes, type)
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return `form ${sortedPairs(toLatin1(bytes))}`
  }
  return jsonMeaning(bytes, type, forget)
}

function hashOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('base64')
}

function jsonMeaning(
  bytes: Uint8Array,
  type: string,
  forget: (value: Json) => Json,
): string | undefined {
  try {
    const value = readJson(bytes, type)
    return value === undefined ? undefined : `json ${canonical(forget(value), 0)}`
  } catch {
    return undefined
  }
}

/** Objects and lists whatever their type says; anything else only where it says JSON. */
export function readJson(bytes: Uint8Array, type: string): Json | undefined {
  if (!isUtf8(bytes)) return undefined
  const text = Buffer.from(bytes).toString()
  if (!/^\s*[[{]/.test(text) && !/\bjson\b/i.test(type)) return undefined
  try {
    return parseExactly(text)
  } catch {
    return undefined
  }
}

/** Whole numbers that a double cannot hold, such as 64-bit ids, become text, or they would be equal. */
function parseExactly(text: string): Json {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Json
  return JSON.parse(text, (_key, value: Json, { source = '' }: { source?: string } = {}) =>
    typeof value === 'number' && /^-?\d{16,}$/.test(source) && !isExactly(value, source)
      ? `\0${source}`
      : value,
  ) as Json
}

function isExactly(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false
  return String(value) === source || BigInt(value) === BigInt(source)
}

/** JSON with its keys in order. */
function canonical(value: Json, depth: number): string {
  if (depth > MAX_DEPTH) throw new RangeError('too deep')
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(',')}]`
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key]!, depth + 1)}`)
  return `{${fields.join(',')}}`
}

/** The parts with their headers (RFC 2046 §5.1.1); undefined when there are none. */
function multipartMeaning(bytes: Uint8Array, type: string): string | undefined {
  const text = toLatin1(bytes)
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type) ?? []
  const boundary = quoted ?? plain ?? /^--([^\r\n]+)/.exec(text)?.[1]
  if (boundary === undefined) return undefined
  const [, ...parts] = `\n${text}`.split(`\n--${boundary}`)
  const whole = parts.filter((part) => !part.startsWith('--'))
  if (whole.length === 0) return undefined
  return `multipart ${JSON.stringify(whole.map((part) => part.replace(/\r$/, '')))}`
}
