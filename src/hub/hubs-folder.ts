import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockberthError } from '../errors.ts'

/** Where the hubs of this user tell of themselves: each user has a folder for it. On Windows the folder for temporary files is the user's own. */
export function hubsFolder(): string {
  const user = process.getuid?.()
  return join(tmpdir(), user === undefined ? 'mockberth-hubs' : `mockberth-hubs-${user}`)
}

/** @throws `HUB_FOLDER_UNSAFE` */
export function makeFolder(): string {
  const folder = hubsFolder()
  if (!exists(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 })
  checkFolder(folder)
  return folder
}

/** @throws `HUB_FOLDER_UNSAFE` */
export function existingFolder(): string | undefined {
  const folder = hubsFolder()
  if (!exists(folder)) return undefined
  checkFolder(folder)
  return folder
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Anybody may make folders where temporary files are. */
function checkFolder(folder: string): void {
  const user = process.getuid?.()
  if (user === undefined) return
  const stats = lstatSync(folder)
  if (!stats.isDirectory() || stats.uid !== user) {
    throw new MockberthError(
      'HUB_FOLDER_UNSAFE',
      `${folder} ${stats.isDirectory() ? 'belongs to another user' : 'is no folder'}, and hubs tell of themselves there. Remove it, or set TMPDIR to a folder of your own.`,
    )
  }
  if ((stats.mode & 0o077) !== 0) chmodSync(folder, 0o700)
}
