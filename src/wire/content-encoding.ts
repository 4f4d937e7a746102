import { isUtf8 } from 'node:buffer'
import zlib from 'node:zlib'
import { headerValues, type RawHeaders } from '../contract/index.ts'
import { systemCode } from '../errors.ts'

const { BROTLI_OPERATION_FLUSH, Z_SYNC_FLUSH } = zlib.constants

interface Limit {
  readonly maxOutputLength?: number
}

type Decode = (bytes: Uint8Array, options?: Limit) => Buffer

/** What undoes the content-encodings (RFC 9110 §8.4.1) that are known here. */
export const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', zlib.gunzipSync],
  ['x-gzip', zlib.gunzipSync],
  ['deflate', zlib.inflateSync],
  ['br', zlib.brotliDecompressSync],
  ['zstd', zlib.zstdDecompressSync],
])

/** What has been encoded more often than this is left: curl, too, follows a server no further. */
export const MOST_CODINGS = 5

/**
 * The content-encodings of a message, in the order in which they were applied (RFC 9110 §8.4): of
 * all its header lines, also of those that a producer of recordings joined. `identity` is none.
 */
export function codingsOf(rawHeaders: RawHeaders): string[] {
  return headerValues(rawHeaders, 'content-encoding')
    .flatMap((value) => value.split(/[,\r\n]/))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
}

/**
 * Whole bytes with one content-encoding undone; undefined when they are not in it, whatever a
 * header says, or when it is not known here.
 *
 * @throws when they begin as they should, and cannot be decoded, or not within the limit
 */
export function undoCoding(
  coding: string,
  bytes: Uint8Array,
  limit: Limit = {},
): Uint8Array | undefined {
  if (coding === 'br') return undoBrotli(bytes, limit)
  if (!DECODERS.has(coding)) return undefined
  if (isEncodedAs(coding, bytes, true)) return DECODERS.get(coding)!(bytes, limit)
  // Some servers leave zlib's header out (RFC 9110 §8.4.1.2). Then there is nothing to see but text.
  const isRaw = coding === 'deflate' && !isUtf8(bytes)
  return isRaw ? decodeToTheEnd(zlib.inflateRawSync, bytes, limit) : undefined
}

/** The bit of zlib's header that asks for a dictionary, which nobody has here. */
const DICTIONARY = 0x20

/**
 * Whether bytes really are in the content-encoding that a header claims for them, judged by how
 * they begin (RFC 1952 §2.3.1, RFC 1950 §2.2, RFC 8878 §3.1.1). Brotli has no magic number: it is
 * what can be decoded and does not look like text. Encodings not known here are believed.
 *
 * @param whole whether `start` is all there is
 */
export function isEncodedAs(encoding: string, start: Uint8Array, whole: boolean): boolean {
  const [first = 0, second = 0] = start
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return first === 0x1f && second === 0x8b
    case 'deflate':
      return (
        (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0 && (second & DICTIONARY) === 0
      )
    case 'zstd':
      return Buffer.from(start.subarray(0, 4)).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))
    case 'br':
      return whole ? undoBrotli(start) !== undefined : beginsAs('br', start)
    default:
      return true
  }
}

/** Text is no Brotli: `5` and some other characters would be complete streams of nothing. */
function undoBrotli(bytes: Uint8Array, limit: Limit = {}): Uint8Array | undefined {
  return isText(bytes) ? undefined : decodeToTheEnd(zlib.brotliDecompressSync, bytes, limit)
}

/**
 * For encodings that do not show in the first bytes: what can be decoded to its last byte, and has
 * something in it, is encoded. Decoders themselves ignore what comes after the end of a stream.
 *
 * @throws when it is more than the limit allows
 */
function decodeToTheEnd(decode: Decode, bytes: Uint8Array, limit: Limit): Buffer | undefined {
  try {
    // What zlib gives back with this option, its types do not know.
    const { buffer, engine } = decode(bytes, { ...limit, info: true } as Limit) as unknown as {
      readonly buffer: Buffer
      readonly engine: { readonly bytesWritten: number }
    }
    const isWhole = engine.bytesWritten === bytes.byteLength
    return isWhole && buffer.byteLength > 0 ? buffer : undefined
  } catch (error) {
    if (isOutputTooLarge(error)) throw error
    return undefined
  }
}

/** What is decoded of a start to see whether it can be. */
const TRIED: Limit = { maxOutputLength: 64 * 1024 }

type Begun = 'br' | 'deflate' | 'raw deflate'

const BEGUN: Readonly<Record<Begun, (start: Uint8Array) => Buffer>> = {
  br: (start) =>
    zlib.brotliDecompressSync(start, { finishFlush: BROTLI_OPERATION_FLUSH, ...TRIED }),
  deflate: (start) => zlib.inflateSync(start, { finishFlush: Z_SYNC_FLUSH, ...TRIED }),
  'raw deflate': (start) => zlib.inflateRawSync(start, { finishFlush: Z_SYNC_FLUSH, ...TRIED }),
}

/** Whether bytes can be the start of something in an encoding, and, where it has no mark, are no text. */
export function beginsAs(encoding: Begun, start: Uint8Array): boolean {
  if (encoding !== 'deflate' && isText(start)) return false
  try {
    BEGUN[encoding](start)
    return true
  } catch (error) {
    return isOutputTooLarge(error)
  }
}

/** Whether a decoder stopped at its `maxOutputLength`. */
export function isOutputTooLarge(error: unknown): boolean {
  return systemCode(error) === 'ERR_BUFFER_TOO_LARGE'
}

function isText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return !/[^\P{Cc}\t\n\r]/u.test(text)
  } catch {
    return false
  }
}
