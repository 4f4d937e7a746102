import { pipeline, type Transform } from 'node:stream'
import zlib from 'node:zlib'
import type { ByteStream } from '../contract/index.ts'
import { toByteStream, toReadable } from './byte-stream.ts'
import { beginsAs, DECODERS, isEncodedAs, MOST_CODINGS } from './content-encoding.ts'

/** So many bytes tell what a body is: no magic number is longer. */
const TELLING = 4

const { BROTLI_OPERATION_FLUSH, Z_SYNC_FLUSH, ZSTD_e_flush } = zlib.constants
// As browsers do, they read what breaks off as far as it goes.
const gunzip = (): Transform => zlib.createGunzip({ finishFlush: Z_SYNC_FLUSH })
const inflate = (): Transform => zlib.createInflate({ finishFlush: Z_SYNC_FLUSH })
const inflateRaw = (): Transform => zlib.createInflateRaw({ finishFlush: Z_SYNC_FLUSH })
const unbrotli = (): Transform =>
  zlib.createBrotliDecompress({ finishFlush: BROTLI_OPERATION_FLUSH })
const unzstd = (): Transform => zlib.createZstdDecompress({ finishFlush: ZSTD_e_flush })

/**
 * The body with its content-encodings undone as it comes; where its bytes turn out not to be in
 * one, they stay as they are. Undefined when one is not known here.
 *
 * @param codings in the order in which they were applied
 */
export function decodeStream(body: ByteStream, codings: readonly string[]): ByteStream | undefined {
  const isKnown = codings.every((coding) => DECODERS.has(coding))
  if (!isKnown || codings.length > MOST_CODINGS) return undefined
  return codings.reduceRight(undoStream, body)
}

/** Nothing is read of the body before somebody wants it. */
function undoStream(body: ByteStream, coding: string): ByteStream {
  let begun: ByteStream | undefined
  return {
    async next() {
      begun ??= await begin(body, coding)
      return begun.next()
    },
    cancel: () => (begun ?? body).cancel(),
  }
}

async function begin(body: ByteStream, coding: string): Promise<ByteStream> {
  const start = await readStart(body)
  const whole = withStart(start, body)
  const decoder = decoderFor(coding, start)?.()
  return decoder === undefined
    ? whole
    : toByteStream(pipeline(toReadable(whole), decoder, () => {}))
}

/** As much as tells what it is, or all there is. */
async function readStart(body: ByteStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  while (size < TELLING) {
    const chunk = await body.next()
    if (chunk === undefined) break
    chunks.push(chunk)
    size += chunk.byteLength
  }
  return Buffer.concat(chunks)
}

function withStart(start: Uint8Array, rest: ByteStream): ByteStream {
  let first: Uint8Array | undefined = start.byteLength > 0 ? start : undefined
  return {
    async next() {
      const chunk = first ?? (await rest.next())
      first = undefined
      return chunk
    },
    cancel: () => rest.cancel(),
  }
}

/** What decodes a body that begins like this; undefined when it is not in the encoding at all. */
function decoderFor(coding: string, start: Uint8Array): (() => Transform) | undefined {
  switch (coding) {
    case 'deflate':
      // Some servers leave zlib's header out (RFC 9110 §8.4.1.2).
      if (isEncodedAs(coding, start, false) && beginsAs(coding, start)) return inflate
      return beginsAs('raw deflate', start) ? inflateRaw : undefined
    case 'br':
      return beginsAs('br', start) || isEmptyBrotli(start) ? unbrotli : undefined
    case 'zstd':
      return isEncodedAs(coding, start, false) ? unzstd : undefined
    default:
      return isEncodedAs(coding, start, false) ? gunzip : undefined
  }
}

/** Whether the whole body is one byte, which says that there is nothing (RFC 7932 §9.1, §9.2). */
export function isEmptyBrotli(start: Uint8Array): boolean {
  if (start.byteLength !== 1) return false
  try {
    return zlib.brotliDecompressSync(start).byteLength === 0
  } catch {
    return false
  }
}
