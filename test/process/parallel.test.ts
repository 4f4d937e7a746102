import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { processesWith } from '../support/processes.ts'

const STARTER = fileURLToPath(new URL('starter.process.ts', import.meta.url))
const NAMES = ['one', 'two', 'three', 'four']

interface Answer {
  readonly port: number
  readonly name: string
}

async function receive<Message>(child: ChildProcess): Promise<Message> {
  const [message] = await once(child, 'message')
  return message as Message
}

test('20 processes that 4 others start at once each have a port, and answer there', async () => {
  const mark = randomUUID()
  const starters = NAMES.map((name) => {
    const child = fork(STARTER, [name, '5'], { env: { ...process.env, TEST_MARK: mark } })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  })
  await Promise.all(starters.map((child) => receive(child)))
  const answering = starters.map((child) => receive<Answer[]>(child))
  for (const child of starters) child.send('begin')
  const answers = (await Promise.all(answering)).flat()
  expect(new Set(answers.map(({ port }) => port)).size).toBe(20)
  expect(answers.map(({ name }) => name)).toEqual(
    NAMES.flatMap((name) => [0, 1, 2, 3, 4].map((index) => `${name}-${index}`)),
  )
  const ended = Promise.all(starters.map((child) => once(child, 'exit')))
  for (const child of starters) child.send('end')
  expect(await ended).toEqual(NAMES.map(() => [0, null]))
  await expect.poll(() => processesWith(mark)).toEqual([])
})
