import { posix } from 'node:path'
import { describeError, MockberthError } from '../errors.ts'
import { invalid, MAX_ARCHIVE, tooLarge } from './refusal.ts'
import type { Unpacked } from './attachments.ts'

/**
 * Unpacks a HAR with its attachments, as Playwright writes them.
 *
 * @throws `RECORDING_TOO_LARGE`, `RECORDING_INVALID`
 */
export async function unzip(file: string, bytes: Uint8Array): Promise<Unpacked> {
  const held = await unzipFiles(file, bytes)
  const name = [...held.keys()].find((one) => /^[^.].*\.har$/i.test(posix.basename(one)))
  if (name === undefined) throw invalid(file, 'the zip file has no .har in it')
  return {
    har: held.get(name)!,
    async attachment(wanted) {
      // Names are those of the HAR's folder, also where that was packed as a whole.
      const found = held.get(posix.join(posix.dirname(name), wanted))
      if (found === undefined) throw new Error(`the zip file has no ${JSON.stringify(wanted)}`)
      return found
    },
  }
}

async function unzipFiles(file: string, bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const { unzipSync } = await import('fflate')
  let total = 0
  try {
    const files = unzipSync(bytes, {
      filter({ size, originalSize }) {
        // Either may be a lie.
        total += Math.max(size, originalSize)
        if (total > MAX_ARCHIVE) throw tooLarge(file, 'is larger, unpacked')
        return true
      },
    })
    return new Map(Object.entries(files))
  } catch (error) {
    if (error instanceof MockberthError) throw error
    throw invalid(file, `it begins like a zip file, and is none: ${describeError(error)}`, error)
  }
}
