import { isUtf8 } from 'node:buffer'
import { isOutputTooLarge, MOST_CODINGS, undoCoding } from '../wire/content-encoding.ts'
import { BodyTooLargeError, MAX_ARCHIVE } from './refusal.ts'

/** Bytes after an attempt to undo their content-encodings. */
export interface Decoded {
  readonly bytes: Uint8Array
  /** Whether the content-encodings are still on them, because they are broken. */
  readonly isEncoded: boolean
}

const LIMIT = { maxOutputLength: MAX_ARCHIVE }

/**
 * Undoes content-encodings if they really are on the bytes; else these are given back as they are.
 *
 * @param codings in the order in which they were applied
 * @throws {BodyTooLargeError}
 */
export function undoEncoding(bytes: Uint8Array, codings: readonly string[]): Decoded {
  if (codings.length > MOST_CODINGS) return { bytes, isEncoded: true }
  let rest = bytes
  try {
    for (const coding of codings.toReversed()) {
      const decoded = undoCoding(coding, rest, LIMIT)
      if (decoded === undefined) break
      rest = decoded
    }
  } catch (error) {
    if (isOutputTooLarge(error)) throw new BodyTooLargeError('', { cause: error })
    // Text can begin like something that is encoded.
    if (!isUtf8(rest)) return { bytes, isEncoded: true }
  }
  return { bytes: rest, isEncoded: false }
}

/** The same, with bytes that would become too many left as they are. */
export function undoEncodingWithin(bytes: Uint8Array, codings: readonly string[]): Decoded {
  try {
    return undoEncoding(bytes, codings)
  } catch (error) {
    if (error instanceof BodyTooLargeError) return { bytes, isEncoded: true }
    throw error
  }
}
