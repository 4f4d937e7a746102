// Serves many requests without any reset, and prints how many bytes of memory are in use after each
// part of them, without its garbage.

import { memoryUsage } from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { http, HttpResponse } from 'msw'
import { defineMocks } from '../../src/index.ts'
import { sendMany } from './many-requests.ts'

const [, , parts, requests] = process.argv
const handlers = [http.get('/known/:n', () => HttpResponse.text('the end'))]
const mocks = defineMocks({ api: { handlers } })
await using running = await mocks.start({ env: false })
const used: number[] = []
for (let part = 0; part < Number(parts); part++) {
  await sendMany(running.apis.api.port, Number(requests), (index) => `/known/${part}-${index}`)
  await collectGarbage()
  const { heapUsed, arrayBuffers } = memoryUsage()
  used.push(heapUsed + arrayBuffers)
}
console.log(JSON.stringify(used))

/** Twice: what has a finalizer goes with the second. */
async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 2; round++) {
    globalThis.gc!()
    await wait(10)
  }
}
