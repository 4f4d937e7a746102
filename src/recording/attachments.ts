import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve, sep, win32 } from 'node:path'
import { describeError, systemCode } from '../errors.ts'
import { MAX_ARCHIVE } from './refusal.ts'

/** Reads a file that belongs to the archive. */
export type ReadAttachment = (name: string) => Promise<Uint8Array>

/** The bytes of a HAR, and what belongs to it. */
export interface Unpacked {
  readonly har: Uint8Array
  readonly attachment: ReadAttachment
}

/** Reads each file once: entries with equal bodies name the same one. */
export function readOnce(read: ReadAttachment): ReadAttachment {
  const known = new Map<string, Promise<Uint8Array>>()
  return (name) => {
    const bytes = known.get(name) ?? read(name)
    known.set(name, bytes)
    return bytes
  }
}

/**
 * A file of the folder that the HAR is in, or below.
 *
 * @throws when it is elsewhere, by its name or through a link, or cannot be read
 */
export async function readBeside(file: string, name: string): Promise<Uint8Array> {
  const folder = await realpath(dirname(file))
  const path = resolve(folder, name)
  // An absolute path of either kind of system: recordings travel between them.
  if (isAbsolute(name) || win32.isAbsolute(name) || !isWithin(folder, path)) throw outside(name)
  try {
    const real = await realpath(path)
    if (!isWithin(folder, real)) throw outside(name)
    const found = await stat(real)
    if (!found.isFile()) throw new Error('it is not a file')
    if (found.size > MAX_ARCHIVE) throw new Error(`it has more than ${MAX_ARCHIVE} bytes (256 MiB)`)
    return await readFile(real)
  } catch (error) {
    if (error instanceof OutsideError) throw error
    const why = systemCode(error) === 'ENOENT' ? 'it is not there' : describeError(error)
    throw new Error(`the file ${JSON.stringify(name)} cannot be read: ${why}`, { cause: error })
  }
}

class OutsideError extends Error {}

function outside(name: string): OutsideError {
  return new OutsideError(
    `the file ${JSON.stringify(name)} is outside of the recording's folder and is not read`,
  )
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
