import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { describeError, MockberthError, systemCode } from '../errors.ts'
import { readBeside, readOnce, type ReadAttachment, type Unpacked } from './attachments.ts'
import type { HarLog } from './har.ts'
import { parseHar } from './parse-log.ts'
import { invalid, MAX_ARCHIVE, tooLarge } from './refusal.ts'

/** A HAR file with what belongs to it. */
export interface Archive {
  readonly log: HarLog
  /**
   * The bytes of a file that an entry names.
   * @throws when it is outside of the archive, or not there
   */
  readonly attachment: ReadAttachment
  /** Paths of the files beside it that have been read. */
  readonly attachments: ReadonlySet<string>
}

/**
 * Reads a `.har`, a `.har.gz` or a `.zip` as Playwright writes it. What a file is, its first bytes
 * say, not its name.
 *
 * @throws `RECORDING_MISSING`, `RECORDING_TOO_LARGE`, `RECORDING_INVALID`
 */
export async function readArchive(file: string): Promise<Archive> {
  const bytes = await readBytes(file)
  const attachments = new Set<string>()
  const { har, attachment } = await unpack(file, bytes, attachments)
  return { log: parseHar(file, har).log, attachment: readOnce(attachment), attachments }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const found = await stat(file)
    if (!found.isFile()) throw new Error('it is not a file')
    if (found.size > MAX_ARCHIVE) throw tooLarge(file, `has ${found.size} bytes`)
    return await readFile(file)
  } catch (error) {
    if (error instanceof MockberthError) throw error
    const code = systemCode(error) === 'ENOENT' ? 'RECORDING_MISSING' : 'RECORDING_INVALID'
    throw new MockberthError(
      code,
      code === 'RECORDING_MISSING'
        ? `there is no recording ${file}. A path in \`recording\` is relative to the package that holds the declaration. To record it, set MOCKBERTH_MODE=record.`
        : `the recording ${file} cannot be read; make it readable, or name another: ${describeError(error)}`,
      { cause: error },
    )
  }
}

async function unpack(
  file: string,
  bytes: Uint8Array,
  attachments: Set<string>,
): Promise<Unpacked> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const { unzip } = await import('./unzip.ts')
    return unzip(file, bytes)
  }
  const har = bytes[0] === 0x1f && bytes[1] === 0x8b ? await gunzip(file, bytes) : bytes
  return {
    har,
    attachment(name) {
      attachments.add(resolve(dirname(file), name))
      return readBeside(file, name)
    },
  }
}

async function gunzip(file: string, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(zlib.gunzip)(bytes, { maxOutputLength: MAX_ARCHIVE })
  } catch (error) {
    if (systemCode(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(file, 'is larger, unpacked')
    throw invalid(file, `it begins like gzip, and is none: ${describeError(error)}`, error)
  }
}
