import { MockberthError } from '../errors.ts'

/** What is larger than this, unpacked, is refused: a HAR, and all of its bodies together. */
export const MAX_ARCHIVE: number = 256 * 1024 * 1024

/** @param what it is or has that is too large */
export function tooLarge(file: string, what: string): MockberthError {
  return refused(file, what, `${MAX_ARCHIVE} bytes (256 MiB)`)
}

/** @param limit how much of it is read at most */
export function refused(file: string, what: string, limit: string): MockberthError {
  return new MockberthError(
    'RECORDING_TOO_LARGE',
    `the recording ${file} ${what}; at most ${limit} are read. Split it, one recording for each API.`,
  )
}

/** A body that is too large, unpacked: nothing more is read of its recording. */
export class BodyTooLargeError extends Error {}

export function invalid(file: string, reason: string, cause?: unknown): MockberthError {
  return new MockberthError(
    'RECORDING_INVALID',
    `the recording ${file} is no HAR: ${reason}. Record it, or export it, once more.`,
    cause === undefined ? undefined : { cause },
  )
}
