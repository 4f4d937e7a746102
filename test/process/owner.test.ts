import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { guardsOf, processesWith } from '../support/processes.ts'
import { nodeLine, SERVER } from './apps.ts'

const OWNER = fileURLToPath(new URL('owner.process.ts', import.meta.url))

/** How long what does not end when it is asked is left alone, and some time to look. */
const GRACE = { timeout: 20_000, interval: 50 }

interface Owner {
  readonly pid: number
  /** In the environment of all that it starts, its guard included. */
  readonly mark: string
  printed(pattern: RegExp): Promise<void>
  readonly ended: Promise<unknown>
}

function startOwner(command: string, mode?: string): Owner {
  const mark = randomUUID()
  const child = spawn(process.execPath, [OWNER, command, ...(mode === undefined ? [] : [mode])], {
    env: { ...process.env, TEST_MARK: mark },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  const ended = once(child, 'exit')
  onTestFinished(() => {
    for (const pid of processesWith(mark)) spawnSync('kill', ['-9', String(pid)])
  })
  return {
    pid: child.pid!,
    mark,
    ended,
    printed: (pattern) => expect.poll(() => output, { timeout: 30_000 }).toMatch(pattern),
  }
}

const CHILD = nodeLine('setInterval(() => {}, 1000)')
const FAMILY = `${CHILD} & (setsid ${CHILD} &) ; exec ${nodeLine(SERVER)}`
const STUBBORN = `exec ${nodeLine(`process.on("SIGTERM", () => {}); ${SERVER}`)}`

test.for([
  ['SIGKILL', 'a family', FAMILY],
  ['SIGINT', 'a family', FAMILY],
  ['SIGTERM', 'a family', FAMILY],
  ['SIGKILL', 'a process that does not end when it is asked', STUBBORN],
] as const)('after %s of their owner, %s and the guard are gone', async ([signal, , command]) => {
  const owner = startOwner(command)
  await owner.printed(/started \d+ \d+/)
  expect(guardsOf(owner.pid)).toHaveLength(1)
  expect(processesWith(owner.mark).length).toBeGreaterThan(3)
  // As a terminal does with ctrl-c, and CI with a job: the whole group of the owner.
  process.kill(-owner.pid, signal)
  await owner.ended
  await expect.poll(() => processesWith(owner.mark), GRACE).toEqual([])
})

test.for(['exit', 'throw', 'nothing'])(
  'an owner that ends without stop() (%s) leaves nothing behind',
  async (mode) => {
    const owner = startOwner(FAMILY, mode)
    await owner.ended
    await expect.poll(() => processesWith(owner.mark), GRACE).toEqual([])
  },
)

test('an owner that is killed at any moment of the start leaves nothing behind', async () => {
  for (let round = 0; round < 10; round++) {
    const owner = startOwner(FAMILY, 'kill-while-starting')
    await owner.printed(/starting/)
    // Another moment each time: before, while and after its processes begin.
    await new Promise((resolve) => setTimeout(resolve, round * 10))
    process.kill(owner.pid, 'SIGKILL')
    await owner.ended
    await expect.poll(() => processesWith(owner.mark), GRACE).toEqual([])
  }
})

test('what waits for the output of an owner that was killed does not hang', async () => {
  const mark = randomUUID()
  const child = spawn(process.execPath, [OWNER, STUBBORN], {
    env: { ...process.env, TEST_MARK: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = Promise.all([text(child.stdout), text(child.stderr)])
  await expect.poll(() => processesWith(mark).length, GRACE).toBe(4)
  child.kill('SIGKILL')
  await printed
  // Processes that do not end when they are asked, and the guard, were still there.
  await expect.poll(() => processesWith(mark), GRACE).toEqual([])
})
