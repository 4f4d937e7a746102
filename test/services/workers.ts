import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Project } from '../support/project.ts'

/** The process of the worker whose test has written that it hangs. */
export async function pidOfWorker({ folder }: Project): Promise<number> {
  let pid = 0
  const read = (): number => {
    try {
      pid = Number(readFileSync(join(folder, 'worker.pid'), 'utf8'))
    } catch {
      // It has not been written yet.
    }
    return pid
  }
  await expect.poll(read).toBeGreaterThan(0)
  return pid
}
