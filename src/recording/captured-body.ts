import { headerValue, type RawHeaders } from '../contract/index.ts'
import { codingsOf } from '../wire/content-encoding.ts'
import { isEmptyBrotli } from '../wire/decoded-stream.ts'
import type { CapturedBody } from './capture.ts'
import { charsetOf, decodeText, encodeText } from './charset.ts'
import { readContent } from './content.ts'
import { undoEncodingWithin } from './undo-encoding.ts'

/**
 * The body of a request without its content-encoding: text where a recording that has it as text
 * gives exactly these bytes again, or else bytes. Undefined where there is none.
 *
 * @param wire as it was on the wire
 */
export async function capturedRequestBody(
  wire: Uint8Array,
  rawHeaders: RawHeaders,
): Promise<CapturedBody> {
  if (wire.byteLength === 0) return undefined
  const codings = codingsOf(rawHeaders)
  const { bytes, isEncoded } = undoEncodingWithin(wire, codings)
  if (bytes.byteLength === 0 || !isDecodedForGood(bytes, codings)) return wire
  const type = headerValue(rawHeaders, 'content-type')
  const text = isEncoded ? undefined : readableText(bytes, type, charsetOf(type) ?? 'utf-8')
  const again = text === undefined ? undefined : await encodeText(text, type)
  return again !== undefined && Buffer.compare(again.bytes, bytes) === 0 ? text : bytes
}

/**
 * The body of a reply without its content-encoding: text where a recording that has it as text
 * gives exactly these bytes again, or else bytes. Undefined where there is none.
 *
 * @param wire as it was on the wire
 */
export async function capturedReplyBody(
  wire: Uint8Array,
  rawHeaders: RawHeaders,
): Promise<CapturedBody> {
  const codings = codingsOf(rawHeaders)
  if (wire.byteLength === 0) return undefined
  const type = headerValue(rawHeaders, 'content-type')
  // Of a recording one cannot tell that from text; of a server that says so, one can.
  if (codings[0] === 'br' && isEmptyBrotli(undoEncodingWithin(wire, codings.slice(1)).bytes)) {
    return ''
  }
  const { bytes, isEncoded } = undoEncodingWithin(wire, codings)
  const text = isEncoded ? undefined : readableText(bytes, type, charsetOf(type) ?? 'utf-8')
  // What is valid in UTF-8 is the same bytes again, and no encoding is looked for.
  if (text !== undefined && codings.length === 0 && charsetOf(type) === undefined) return text
  if (text !== undefined) {
    const read = await readContent({ content: { text } }, { type, codings }, noAttachment)
    const isExact = read?.type === type && Buffer.compare(read?.bytes ?? wire, bytes) === 0
    if (isExact) return text
  }
  return isDecodedForGood(bytes, codings) ? bytes : wire
}

/** Whether a reader of the recording, who sees the header too, leaves the bytes as they are. */
function isDecodedForGood(bytes: Uint8Array, codings: readonly string[]): boolean {
  const again = undoEncodingWithin(bytes, codings)
  return again.bytes === bytes && !again.isEncoded
}

const TEXTUAL =
  /^text\/|^multipart\/form-data|\b(?:json|ndjson|xml|javascript|ecmascript|graphql|yaml|x-www-form-urlencoded)\b/i

/** The text that bytes are, if a person would call it that. */
function readableText(
  bytes: Uint8Array,
  type: string | undefined,
  charset: string,
): string | undefined {
  const isTextual = TEXTUAL.test(type?.split(';')[0] ?? '')
  const isKnownOtherwise = type !== undefined && !isTextual && charsetOf(type) === undefined
  if (isKnownOtherwise) return undefined
  const text = decodeText(bytes, charset)
  const strange = isTextual ? /\0/ : /[^\P{Cc}\t\n\r]/u
  return text === undefined || strange.test(text) ? undefined : text
}

function noAttachment(): Promise<never> {
  return Promise.reject(new Error('there are no attachments'))
}
