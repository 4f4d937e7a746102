import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { processesWith } from '../support/processes.ts'

const run = fileURLToPath(new URL('../../bench/run.ts', import.meta.url))
const GENERATOR = 'load-generator.process.ts'

/** A measurement with servers of several kinds, while they are loaded. */
async function startBench(): Promise<{ child: ChildProcess; mark: string; folder: string }> {
  const mark = randomUUID()
  const folder = mkdtempSync(join(tmpdir(), 'mockberth-'))
  const child = spawn(process.execPath, [run, 'hub', '--rounds', '1000'], {
    env: { ...process.env, BENCH_MARK: mark, TMPDIR: folder },
    stdio: 'ignore',
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })
  await expect.poll(() => generatorsOf(mark), { timeout: 30_000 }).toHaveLength(1)
  expect(processesWith(mark).length).toBeGreaterThan(4)
  expect(readdirSync(folder)).not.toEqual([])
  return { child, mark, folder }
}

function generatorsOf(mark: string): number[] {
  const marked = processesWith(mark)
  return processesWith(GENERATOR).filter((pid) => marked.includes(pid))
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends all that was started', async (signal) => {
  const { child, mark, folder } = await startBench()
  const ended = once(child, 'exit')
  child.kill(signal)
  expect(await ended).toEqual([signal === 'SIGINT' ? 130 : 143, null])
  await expect.poll(() => processesWith(mark), { timeout: 30_000 }).toEqual([])
  expect(readdirSync(folder).filter((name) => name.startsWith('mockberth-bench-'))).toEqual([])
})

test('so does a failure', async () => {
  const { child, mark, folder } = await startBench()
  const ended = once(child, 'exit')
  for (const pid of generatorsOf(mark)) process.kill(pid, 'SIGKILL')
  expect(await ended).toEqual([1, null])
  await expect.poll(() => processesWith(mark), { timeout: 30_000 }).toEqual([])
  expect(readdirSync(folder).filter((name) => name.startsWith('mockberth-bench-'))).toEqual([])
})
