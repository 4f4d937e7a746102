import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { GuardOrder } from '../../src/process/guard.ts'
import { projectsFolder } from '../support/project.ts'
import { processesWith } from '../support/processes.ts'

/** The file that a user's installation has. */
const GUARD = join(projectsFolder, 'node_modules/mockberth/dist/process/guard.js')

function startSleeper(mark: string): number {
  const env = { ...process.env, MOCKBERTH_APP: mark }
  const sleeper = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore', env })
  onTestFinished(() => void sleeper.kill('SIGKILL'))
  return sleeper.pid!
}

test('the guard of the package ends what it is told to when its input ends, and nothing else', async () => {
  const marks = [randomUUID(), randomUUID(), randomUUID()] as const
  const [byPid, , forgotten] = marks.map(startSleeper) as [number, number, number]
  const guard = spawn(process.execPath, [GUARD], { stdio: ['pipe', 'inherit', 'inherit'] })
  const ended = once(guard, 'exit')
  const ending = { signal: 'SIGTERM', grace: 5000 } as const
  const orders: GuardOrder[] = [
    { guard: { mark: marks[0], pid: byPid, ...ending } },
    { guard: { mark: marks[1], ...ending } },
    { guard: { mark: marks[2], pid: forgotten, ...ending } },
    { forget: marks[2] },
  ]
  guard.stdin.end(orders.map((order) => `${JSON.stringify(order)}\n`).join(''))
  expect(await ended).toEqual([0, null])
  expect(marks.flatMap(processesWith)).toEqual([forgotten])
})
