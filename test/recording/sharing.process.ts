// Starts sets on one recording, has each of them replay one entry, and says how many bytes are held.

import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { defineMocks } from '../../src/index.ts'

const [, , recording, sets] = process.argv

/** Bytes in memory, when all that nobody needs is gone. */
async function held(): Promise<number> {
  await setImmediate()
  global.gc!()
  await setImmediate()
  global.gc!()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const mocks = defineMocks({ api: { upstream: 'https://api.test', recording: recording! } })
const before = await held()
const running = await Promise.all(
  Array.from({ length: Number(sets) }, () => mocks.start({ env: false })),
)
const texts = await Promise.all(
  running.map(async ({ apis }, index) => (await fetch(`${apis.api.url}/items/${index}`)).text()),
)
for (const { apis } of running) apis.api.reset()
process.send!({ lengths: texts.map(({ length }) => length), held: (await held()) - before })
await once(process, 'message')
await Promise.all(running.map(({ stop }) => stop()))
process.disconnect()
