import { isEncodedAs } from '../wire/content-encoding.ts'
import type { ReadAttachment } from './attachments.ts'
import { encodeText } from './charset.ts'
import { textOf, type HarResponse } from './har.ts'
import { undoEncoding, type Decoded } from './undo-encoding.ts'

/** The body that a HAR keeps for a response. */
export interface StoredBody extends Decoded {
  /** The content-type that is true for them. */
  readonly type: string | undefined
}

/** What of a response's head says how its body is to be read. */
export interface ContentHeaders {
  readonly type: string | undefined
  /** Its content-encodings, in the order in which they were applied. */
  readonly codings: readonly string[]
  readonly length?: string | undefined
  /** Whether a client goes on elsewhere without looking at the body. */
  readonly isRedirect?: boolean
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
  if (typeof _file === 'string') return { ...undoEncoding(await attachment(_file), codings), type }
  const text = textIn(response.content)
  if (text === undefined) {
    const nothing = { bytes: new Uint8Array(), isEncoded: false, type }
    return wasThere(response, headers) ? undefined : nothing
  }
  if (String(encoding).toLowerCase() === 'base64') {
    const bytes = readChunks(text, ['base64']) ?? Buffer.from(text, 'base64')
    return { ...undoEncoding(bytes, codings), type }
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
  if (headers.isRedirect === true) return false
  const length = [headers.length, bodySize]
    .map((size) => Number.parseInt(String(size), 10))
    .find((size) => size >= 0)
  return (length ?? 0) > (headers.codings.length > 0 ? ENCODED_NOTHING : 0)
}

/** Polly.js keeps chunks in hex or base64; others, a character for each byte. */
function undoText(text: string, codings: readonly string[]): Decoded | undefined {
  if (codings.length === 0) return undefined
  const bytes =
    readChunks(text, ['hex', 'base64']) ??
    (text.startsWith('\u001F\u008B') ? Buffer.from(text, 'latin1') : undefined)
  if (bytes === undefined || !isSurelyEncoded(bytes, codings.at(-1)!)) return undefined
  const undone = undoEncoding(bytes, codings)
  return undone?.isEncoded === false && undone.bytes !== bytes ? undone : undefined
}

/** A list of words can be read as chunks, too, and the bytes of those as a short body in some encodings. */
const SHORTEST = 32

function isSurelyEncoded(bytes: Uint8Array, coding: string): boolean {
  return bytes.byteLength >= SHORTEST || (coding !== 'br' && isEncodedAs(coding, bytes, true))
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
