import http from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { http as msw, HttpResponse } from 'msw'
import { expect, vi } from 'vitest'
import { test } from '../test.ts'

const MEGABYTE = 1024 * 1024
const CHUNKS = 64

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heldMegabytes(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers / MEGABYTE
}

async function upload(url: string): Promise<string> {
  const request = http.request(url, { method: 'POST' })
  const reply = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject)
  })
  const chunk = Buffer.alloc(MEGABYTE)
  for (let sent = 0; sent < CHUNKS; sent++) {
    if (!request.write(chunk)) await new Promise((resolve) => request.once('drain', resolve))
  }
  request.end()
  let text = ''
  for await (const part of await reply) text += String(part)
  return text
}

test('a streamed request body is not kept while it is read', async ({ apis }) => {
  const before = heldMegabytes()
  apis.github.use(
    msw.post('/upload', async ({ request }) => {
      let size = 0
      for await (const chunk of request.body!) size += chunk.byteLength
      // What is garbage is given back in the background.
      await vi.waitFor(() => expect(heldMegabytes() - before).toBeLessThan(CHUNKS / 4), 4000)
      return HttpResponse.text(String(size / MEGABYTE))
    }),
  )
  expect(await upload(`${apis.github.url}/upload`)).toBe(String(CHUNKS))
  expect(apis.github.find('POST', '/upload')?.request.size).toBe(CHUNKS * MEGABYTE)
})

test('a reply streams while the request is still being sent', async ({ apis }) => {
  apis.github.use(msw.post('/echo', ({ request }) => new HttpResponse(request.body)))
  const request = http.request(`${apis.github.url}/echo`, { method: 'POST' })
  request.write('one ')
  const reply = await new Promise<http.IncomingMessage>((resolve) => {
    request.once('response', resolve)
  })
  const parts = reply.setEncoding('utf8')[Symbol.asyncIterator]()
  expect((await parts.next()).value).toBe('one ')
  request.end('two')
  expect((await parts.next()).value).toBe('two')
  expect((await parts.next()).done).toBe(true)
})
