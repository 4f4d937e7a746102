import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Project, Running } from '../support/project.ts'
import { foldersOf, nothingLeft } from './service-project.ts'

/**
 * A run whose test hangs leaves nothing when its main process is sent a signal.
 *
 * @param code with which it ends then
 */
export async function endsWithMain(
  project: Project,
  { child, ended }: Running,
  signal: NodeJS.Signals,
  code: number | null,
): Promise<void> {
  await pidOfWorker(project)
  expect(foldersOf(project)).toHaveLength(1)
  child.kill(signal)
  expect((await ended).code).toBe(code)
  await nothingLeft(project)
}

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
