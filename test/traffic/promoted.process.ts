// Serves many requests, and prints how many bytes for each of them V8 has moved to where it looks for
// garbage only now and then, and how often it looked there meanwhile.

import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { getHeapSpaceStatistics } from 'node:v8'
import { http, HttpResponse } from 'msw'
import { defineMocks } from '../../src/index.ts'
import { sendMany } from './many-requests.ts'

const { NODE_PERFORMANCE_GC_MAJOR } = constants
let sweeps = 0
new PerformanceObserver((list) => {
  const entries = list.getEntries() as (PerformanceEntry & { detail: { kind: number } })[]
  sweeps += entries.filter(({ detail }) => detail.kind === NODE_PERFORMANCE_GC_MAJOR).length
}).observe({ entryTypes: ['gc'] })

const requests = Number(process.argv[2])
const handlers = [http.get('/known/:n', () => HttpResponse.text('the end'))]
await using running = await defineMocks({ api: { handlers } }).start({ env: false })
const { port } = running.apis.api
await serve(2000)
globalThis.gc!()
const before = oldSpace()
await serve(requests)
const promoted = (oldSpace() - before) / requests
await nextTurn()
console.log(JSON.stringify({ promoted, sweeps }))

async function serve(count: number): Promise<void> {
  await sendMany(port, count, (index) => `/known/${index}`)
}

function oldSpace(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')!.space_used_size
}
