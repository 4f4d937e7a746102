import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { writeRecording } from './recorded.ts'

const PROCESS = fileURLToPath(new URL('sharing.process.ts', import.meta.url))
const ENTRIES = 300
const BODY = 100_000
const BODIES = ENTRIES * BODY

/** Bytes in memory when some sets use a recording, and each has replied so many times. */
async function heldBy(recording: string, sets: number, replies: number): Promise<number> {
  const args = [recording, String(sets), String(replies)]
  const child = fork(PROCESS, args, { execArgv: ['--expose-gc'] })
  const [{ lengths, held }] = (await once(child, 'message')) as [
    { lengths: number[]; held: number },
  ]
  expect(lengths).toEqual([BODY])
  child.send('stop')
  expect(await once(child, 'exit')).toEqual([0, null])
  return held
}

test.for([
  ['plain', 1],
  ['plain', 20],
  ['with URLs that are rewritten', 20],
] as const)(
  'the bodies of a 30 MB recording, %s, are held once by the %i sets of a process',
  async ([kind, sets]) => {
    const start = kind === 'plain' ? '' : '"https://api.test/next","'
    const reply = start.padEnd(BODY - 1, 'x') + (kind === 'plain' ? 'x' : '"')
    const replyHeaders = { 'content-type': 'application/json' }
    const recording = await writeRecording(
      Array.from({ length: ENTRIES }, (_, index) => ({
        url: `/items/${index}`,
        reply,
        replyHeaders,
      })),
    )
    const held = await heldBy(recording, sets, 30)
    expect(held).toBeGreaterThan(BODIES)
    expect(held).toBeLessThan(1.5 * BODIES)
  },
)
