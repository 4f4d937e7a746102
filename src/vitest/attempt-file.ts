import { existsSync, rmSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../errors.ts'

/** What of a test tells it, and an attempt of it, from all others. */
export interface Attempt {
  /** Of the project; empty where there is one only. */
  readonly project: string
  /** Path of the test file, from the root on. */
  readonly file: string
  /** The test's, with those of the suites around it. */
  readonly names: readonly string[]
  /** How often it was tried before. */
  readonly retry: number
  readonly repeat: number
}

/** What is attached is in this one, in the folder of all attachments. */
const OWN = 'mockberth'

/** How many bytes of a name are used: file systems take 255, and some of them must be left. */
const LONGEST = 100

/**
 * Writes a file for an attempt, of a name that can be read and that no other attempt has.
 *
 * @returns its path
 */
export async function writeForAttempt(
  folder: string,
  attempt: Attempt,
  text: string,
): Promise<string> {
  const place = folderOf(folder, attempt)
  await mkdir(place, { recursive: true })
  const name = [
    shorten(attempt.names.map(readable).filter(Boolean).join('-')) || 'test',
    ...(attempt.retry > 0 ? [`retry-${attempt.retry}`] : []),
    ...(attempt.repeat > 0 ? [`repeat-${attempt.repeat}`] : []),
  ].join('-')
  for (let number = 1; ; number++) {
    const path = join(place, `${name}${number > 1 ? `-${number}` : ''}.har`)
    if (await writeNew(path, text)) return path
  }
}

/** Removes what an earlier run left of a test file, if it can: no test fails because of that. */
export function removeAttempts(folder: string, attempt: Pick<Attempt, 'project' | 'file'>): void {
  // To find out how it would be named takes a worker a millisecond, and mostly there is nothing.
  if (!existsSync(join(folder, OWN))) return
  try {
    rmSync(folderOf(folder, attempt), { recursive: true, force: true })
  } catch {
    // What is written now has another name then.
  }
}

function folderOf(folder: string, { project, file }: Pick<Attempt, 'project' | 'file'>): string {
  // A test file may be outside of the root.
  const inside = file.split(/[\\/]/).map((part) => (part === '..' ? '_' : part.replace(':', '')))
  return join(folder, OWN, shorten(readable(project)), ...inside)
}

async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    // A part of it, where the disk is full, opens nowhere.
    await rm(path, { force: true })
    throw error
  }
}

/** In words of letters and digits, of any script. */
function readable(text: string): string {
  return text.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '')
}

function shorten(text: string): string {
  const bytes = Buffer.from(text)
  // What is left of a character at the end is no character.
  const start = new TextDecoder().decode(bytes.subarray(0, LONGEST), { stream: true })
  return (bytes.byteLength > LONGEST ? start : text).replace(/-$/, '')
}
