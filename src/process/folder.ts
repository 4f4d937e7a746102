import { rm } from 'node:fs/promises'

/** Removes a folder in which somebody may just be ending. What cannot be removed stays. Never rejects. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => {})
}
