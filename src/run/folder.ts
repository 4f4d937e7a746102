import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasEnded, newRunId } from '../recording/run-id.ts'

/**
 * Makes a folder for what a run has while it lasts. Those that owners left that were killed are removed.
 *
 * @param prefix of its name, after which comes the id of a run
 * @param mode who may do what in it
 */
export function makeRunFolder(prefix: string, mode: number): string {
  for (const name of readdirSync(tmpdir())) {
    const isLeft = name.startsWith(prefix) && hasEnded(name.slice(prefix.length))
    if (isLeft) removeFolder(join(tmpdir(), name))
  }
  const folder = join(tmpdir(), prefix + newRunId())
  mkdirSync(folder, { mode })
  return folder
}

/** What other users have there stays. Never throws. */
function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // The next one tries again.
  }
}
