import { isUtf8 } from 'node:buffer'
import { isOutputTooLarge, MOST_CODINGS, undoCoding } from '../wire/content-encoding.ts'
import type { ReadAttachment } from './attachments.ts'
import { encodeText } from './charset.ts'
import { textOf, type HarResponse } from './har.ts'
import { BodyTooLargeError, MAX_ARCHIVE } from './refusal.ts'

/** The body that a HAR keeps for a response. */
export interface StoredBody {
  readonly bytes: Uint8Array
  /** Whether the response's content-encoding is still on the bytes. */
  readonly isEncoded: boolean
  /** The content-type that is true for them. */
  readonly type: string | undefined
}

/** What of a response's head says how its body is to be read. */
export interface ContentHeaders {
  readonly type: string | undefined
  /** Its content-encodings, in the order in which they were applied. */
  readonly codings: readonly string[]
  readonly length: string | undefined
  /** Whether a client goes on elsewhere without looking at the body. */
  readonly isRedirect: boolean
}

/**
 * The bytes of a response's body, as its client saw them after decoding; still encoded only where
 * they cannot be decoded. Undefined when it had a size, but its bytes were not kept.
 *
 * @throws when an attachment is outside of the archive, or not there
 * @throws {BodyTooLargeError}
 */
export async function readContent(
  response: Pick<HarResponse, 'content' | 'bodySize'>,
  headers: ContentHeaders,
  attachment: ReadAttachment,
): Promise<StoredBody | undefined> {
  const { encoding, _file } = response.content ?? {}
  const { type, codings } = headers
  if (typeof _file === 'string') return { ...decoded(await attachment(_file), codings), type }
  const text = textIn(response.content)
  if (text === undefined) {
    const nothing = { bytes: new Uint8Array(), isEncoded: false, type }
    return wasThere(response, headers) ? undefined : nothing
  }
  if (String(encoding).toLowerCase() === 'base64') {
    const bytes = readChunks(text, ['base64']) ?? Buffer.from(text, 'base64')
    return { ...decoded(bytes, codings), type }
  }
  const undone = undoText(text, codings)
  return undone === undefined
    ? { ...(await encodeText(text, type)), isEncoded: false }
    : { ...undone, type }
}

/** Some producers put JSON in place of its text. */
function textIn(content: HarResponse['content']): string | undefined {
  const text = content?.text
  return textOf(typeof text === 'object' && text !== null ? JSON.stringify(text) : text)
}

/** An empty body takes some bytes, too, when it is encoded. */
const ENCODED_NOTHING = 64

/**
 * Whether a response of which no body was kept had one. Browsers say 0 for the size of what they
 * did not keep, and count headers into `bodySize`, so that a Content-Length says it better. Of
 * redirects they keep no body at all, and nobody misses it.
 */
function wasThere(
  { content, bodySize }: Pick<HarResponse, 'content' | 'bodySize'>,
  headers: ContentHeaders,
): boolean {
  if (Number(content?.size) > 0) return true
  if (headers.isRedirect) return false
  const length = [headers.length, bodySize]
    .map((size) => Number.parseInt(String(size), 10))
    .find((size) => size >= 0)
  return (length ?? 0) > (headers.codings.length > 0 ? ENCODED_NOTHING : 0)
}

type Bytes = Pick<StoredBody, 'bytes' | 'isEncoded'>

/** Undoes content-encodings if they are still on the bytes. */
function decoded(bytes: Uint8Array, codings: readonly string[]): Bytes {
  return undo(bytes, codings) ?? { bytes, isEncoded: false }
}

/** Polly.js keeps chunks in hex or base64; others, a character for each byte. */
function undoText(text: string, codings: readonly string[]): Bytes | undefined {
  if (codings.length === 0) return undefined
  const bytes =
    readChunks(text, ['hex', 'base64']) ??
    (text.startsWith('\u001F\u008B') ? Buffer.from(text, 'latin1') : undefined)
  const undone = bytes && undo(bytes, codings)
  return undone?.isEncoded === false ? undone : undefined
}

const LIMIT = { maxOutputLength: MAX_ARCHIVE }

/** Undefined when the bytes are not encoded so; as they are, when they are and are broken. */
function undo(bytes: Uint8Array, codings: readonly string[]): Bytes | undefined {
  if (codings.length > MOST_CODINGS) return { bytes, isEncoded: true }
  let rest = bytes
  try {
    for (const coding of codings.toReversed()) {
      const decodedBytes = undoCoding(coding, rest, LIMIT)
      if (decodedBytes === undefined) break
      rest = decodedBytes
    }
  } catch (error) {
    if (isOutputTooLarge(error)) throw new BodyTooLargeError('', { cause: error })
    // Text can begin like something that is encoded.
    if (!isUtf8(rest)) return { bytes, isEncoded: true }
  }
  return rest === bytes ? undefined : { bytes: rest, isEncoded: false }
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
