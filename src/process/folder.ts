import { chmod, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes a folder in which somebody may just be ending. What cannot be removed stays. Never rejects. */
export async function removeFolder(folder: string): Promise<void> {
  await remove(folder)
    .catch(async () => {
      await openFolders(folder)
      await remove(folder)
    })
    .catch(() => {})
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Nothing is removed from a folder in which nobody may write; its owner may change that. */
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  const entries = await readdir(folder, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory())
  await Promise.all(folders.map(({ name }) => openFolders(join(folder, name))))
}
