import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { writeRecording } from './recorded.ts'

const PROCESS = fileURLToPath(new URL('sharing.process.ts', import.meta.url))
const ENTRIES = 300
const BODY = 100_000
const BODIES = ENTRIES * BODY

async function heldBy(recording: string, sets: number): Promise<number> {
  const child = fork(PROCESS, [recording, String(sets)], { execArgv: ['--expose-gc'] })
  const [{ lengths, held }] = (await once(child, 'message')) as [
    { lengths: number[]; held: number },
  ]
  expect(lengths).toEqual(Array.from({ length: sets }, () => BODY))
  child.send('stop')
  expect(await once(child, 'exit')).toEqual([0, null])
  return held
}

test.for([1, 20])(
  '%i sets of a process hold the bodies of a 30 MB recording once',
  async (sets) => {
    const reply = 'x'.repeat(BODY)
    const recording = await writeRecording(
      Array.from({ length: ENTRIES }, (_, index) => ({ url: `/items/${index}`, reply })),
    )
    const held = await heldBy(recording, sets)
    expect(held).toBeGreaterThan(BODIES)
    expect(held).toBeLessThan(1.5 * BODIES)
  },
)
