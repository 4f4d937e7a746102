import { pipeline, type Transform } from 'node:stream'
import zlib from 'node:zlib'
import type { ByteStream } from '../contract/index.ts'
import { toByteStream, toReadable } from './byte-stream.ts'

type Decode = (bytes: Uint8Array, options?: { readonly maxOutputLength: number }) => Buffer

/** What undoes the content-encodings (RFC 9110 §8.4.1) that are known here. */
export const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', zlib.gunzipSync],
  ['x-gzip', zlib.gunzipSync],
  ['deflate', zlib.inflateSync],
  ['br', zlib.brotliDecompressSync],
  ['zstd', zlib.zstdDecompressSync],
])

const STREAMS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', zlib.createGunzip],
  ['x-gzip', zlib.createGunzip],
  ['deflate', zlib.createInflate],
  ['br', zlib.createBrotliDecompress],
  ['zstd', zlib.createZstdDecompress],
])

/** The body with its content-encoding undone as it comes; undefined for one not known here. */
export function decodeStream(body: ByteStream, encoding: string): ByteStream | undefined {
  const decoder = STREAMS.get(encoding.trim().toLowerCase())?.()
  return decoder && toByteStream(pipeline(toReadable(body), decoder, () => {}))
}

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
      return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0
    case 'zstd':
      return Buffer.from(start.subarray(0, 4)).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))
    case 'br':
      return isBrotli(start, whole)
    default:
      return true
  }
}

function isBrotli(bytes: Uint8Array, whole: boolean): boolean {
  const { BROTLI_OPERATION_FINISH, BROTLI_OPERATION_FLUSH } = zlib.constants
  try {
    zlib.brotliDecompressSync(bytes, {
      finishFlush: whole ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_FLUSH,
    })
    return whole || !isText(bytes)
  } catch {
    return false
  }
}

function isText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return !/[^\P{Cc}\t\n\r]/u.test(text)
  } catch {
    return false
  }
}
