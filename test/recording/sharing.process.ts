// Starts sets on one recording, has each of them replay some entries, and says how many bytes are held.

import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { defineMocks } from '../../src/index.ts'

const [, , recording, sets, replies] = process.argv

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
const lengths = new Set<number>()
for (const { apis } of running) {
  for (let item = 0; item < Number(replies); item++) {
    const text = await (await fetch(`${apis.api.url}/items/${item}`)).text()
    // The URLs in it are as long as their port.
    lengths.add(text.replaceAll(apis.api.url, 'https://api.test').length)
    apis.api.reset()
  }
}
process.send!({ lengths: [...lengths], held: (await held()) - before })
await once(process, 'message')
await Promise.all(running.map(({ stop }) => stop()))
process.disconnect()
