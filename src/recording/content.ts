import { isUtf8 } from 'node:buffer'
import zlib from 'node:zlib'
import { systemCode } from '../errors.ts'
import { DECODERS, isEncodedAs } from '../wire/content-encoding.ts'
import type { ReadAttachment } from './attachments.ts'
import { encodeText } from './charset.ts'
import type { HarResponse } from './har.ts'
import { MAX_ARCHIVE } from './refusal.ts'

/** The body that a HAR keeps for a response. */
export interface StoredBody {
  readonly bytes: Uint8Array
  /** Whether the response's content-encoding is still on the bytes. */
  readonly isEncoded: boolean
  /** The content-type that is true for them. */
  readonly type: string | undefined
}

/** What of a response's headers says how its body is to be read. */
export interface ContentHeaders {
  readonly type: string | undefined
  readonly encoding: string | undefined
}

/**
 * The bytes of a response's body, as its client saw them after decoding; still encoded only where
 * they cannot be decoded. Undefined when it had a size, but its bytes were not kept.
 *
 * @throws when an attachment is outside of the archive, or not there
 */
export async function readContent(
  { content, bodySize }: Pick<HarResponse, 'content' | 'bodySize'>,
  { type, encoding: coding }: ContentHeaders,
  attachment: ReadAttachment,
): Promise<StoredBody | undefined> {
  const { text, encoding, size, _file } = content ?? {}
  if (typeof _file === 'string') return { ...decoded(await attachment(_file), coding), type }
  if (typeof text !== 'string' || text === '') {
    // A decoded size that is known counts more than what went over the wire.
    const length = Number(size ?? -1) >= 0 ? Number(size) : Number(bodySize)
    return length > 0 ? undefined : { bytes: new Uint8Array(), isEncoded: false, type }
  }
  if (String(encoding).toLowerCase() === 'base64') {
    const bytes = readChunks(text, ['base64']) ?? Buffer.from(text, 'base64')
    return { ...decoded(bytes, coding), type }
  }
  const undone = coding === undefined ? undefined : undoText(text, coding)
  return undone === undefined
    ? { ...(await encodeText(text, type)), isEncoded: false }
    : { ...undone, type }
}

type Bytes = Pick<StoredBody, 'bytes' | 'isEncoded'>

/** Undoes a content-encoding if it is still on the bytes. */
function decoded(bytes: Uint8Array, coding: string | undefined): Bytes {
  const undone = coding === undefined ? undefined : undo(bytes, coding)
  return undone ?? { bytes, isEncoded: false }
}

/** Polly.js keeps chunks in hex or base64; others, a character for each byte. */
function undoText(text: string, coding: string): Bytes | undefined {
  const bytes =
    readChunks(text, ['hex', 'base64']) ??
    (text.startsWith('\u001F\u008B') ? Buffer.from(text, 'latin1') : undefined)
  const undone = bytes && undo(bytes, coding)
  return undone?.isEncoded === false ? undone : undefined
}

/** Undefined when the bytes are not encoded so; as they are, when they are and are broken. */
function undo(bytes: Uint8Array, coding: string): Bytes | undefined {
  let rest = bytes
  try {
    // The last was applied last (RFC 9110 §8.4).
    for (const name of coding.toLowerCase().split(',').toReversed()) {
      const decodedBytes = decodeOne(name.trim(), rest)
      if (decodedBytes === undefined) break
      rest = decodedBytes
    }
  } catch {
    return { bytes, isEncoded: true }
  }
  return rest === bytes ? undefined : { bytes: rest, isEncoded: false }
}

const LIMIT = { maxOutputLength: MAX_ARCHIVE }

/** @throws when the bytes begin as they should, and cannot be decoded */
function decodeOne(coding: string, bytes: Uint8Array): Uint8Array | undefined {
  if (coding === 'br') return tryDecode(() => zlib.brotliDecompressSync(bytes, LIMIT))
  if (!DECODERS.has(coding)) return undefined
  if (isEncodedAs(coding, bytes, true)) return DECODERS.get(coding)!(bytes, LIMIT)
  // Some servers leave zlib's header out (RFC 9110 §8.4.1.2). Then there is nothing to see but text.
  const isRaw = coding === 'deflate' && !isUtf8(bytes)
  return isRaw ? tryDecode(() => zlib.inflateRawSync(bytes, LIMIT)) : undefined
}

/** For encodings that do not show in the first bytes: what can be decoded is encoded. */
function tryDecode(decode: () => Uint8Array): Uint8Array | undefined {
  try {
    return decode()
  } catch (error) {
    if (systemCode(error) === 'ERR_BUFFER_TOO_LARGE') throw error
    return undefined
  }
}

/** The chunks of a JSON array of texts, in the first of the formats that all of them have. */
function readChunks(text: string, formats: readonly ('hex' | 'base64')[]): Uint8Array | undefined {
  if (!text.startsWith('[')) return undefined
  const chunks = parseStrings(text)
  const isIn = (pattern: RegExp): boolean => chunks?.every((chunk) => pattern.test(chunk)) === true
  const format = formats.find((one) => isIn(PATTERNS[one]))
  if (chunks === undefined || format === undefined) return undefined
  return Buffer.concat(chunks.map((chunk) => Buffer.from(chunk, format)))
}

const PATTERNS = { hex: /^(?:[\da-f]{2})*$/i, base64: /^[\d+/a-z]*=*$/i }

function parseStrings(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isStrings = Array.isArray(value) && value.every((item) => typeof item === 'string')
    return isStrings ? value : undefined
  } catch {
    return undefined
  }
}
