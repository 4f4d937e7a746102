// Prints how many milliseconds longer a request takes that nothing answers than one that the last of
// the handlers does: the median of some.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { http, HttpResponse } from 'msw'
import type * as Mockberth from '../../src/index.ts'

const REQUESTS = 15

const [handlers, entries] = process.argv.slice(2).map(Number)
const built = new URL('../../dist/index.js', import.meta.url).href
const { defineMocks } = (await import(built)) as typeof Mockberth
const folder = await mkdtemp(join(tmpdir(), 'mockberth-bench-'))
const recording = join(folder, 'api.har')
await writeFile(recording, JSON.stringify({ log: { version: '1.2', entries: recorded(entries!) } }))
const mocks = defineMocks({
  api: {
    upstream: 'https://api.test',
    recording,
    onUnhandled: 'ignore',
    handlers: () =>
      Array.from({ length: handlers! }, (_, index) =>
        http.post(`/v1/things/:id/kind-${index}`, () => HttpResponse.json({})),
      ),
  },
})
const running = await mocks.start({ env: false })
const times: number[] = []
const { url } = running.apis.api
for (let request = 0; request < REQUESTS; request++) {
  const answered = await timeOf(`${url}/v1/things/1/kind-${handlers! - 1}`)
  times.push((await timeOf(`${url}/v1/users`)) - answered)
}
await running.stop()
await rm(folder, { recursive: true })
const [median] = times.toSorted((one, other) => one - other).slice(REQUESTS / 2)
console.log(JSON.stringify(median))

/** Half of them are of one place, and differ in their bodies alone. */
function recorded(count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => {
    const text = JSON.stringify({ user: { id: index, name: `name ${index}` }, tags: ['a', 'b'] })
    const isSent = index % 2 === 0
    return {
      request: {
        method: isSent ? 'POST' : 'GET',
        url: `https://api.test/v1/${isSent ? 'users' : `items/${index}?page=${index}`}`,
        headers: [{ name: 'content-type', value: 'application/json' }],
        ...(isSent && { postData: { mimeType: 'application/json', text } }),
      },
      response: { status: 200, headers: [], content: { size: 2, text: '{}' } },
    }
  })
}

async function timeOf(target: string): Promise<number> {
  const body = JSON.stringify({ user: { id: -1, name: 'nobody' }, tags: ['a', 'b'] })
  const start = performance.now()
  const response = await fetch(target, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  await response.text()
  return performance.now() - start
}
