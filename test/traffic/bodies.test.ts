import zlib from 'node:zlib'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { ExchangeMessage } from '../../src/index.ts'
import { chunks, controlledBody } from '../wire/chunks.ts'
import { startApi } from '../wire/start-api.ts'

const echo = http.post('/echo', async ({ request }) => {
  const encoding = request.headers.get('content-encoding')
  return HttpResponse.arrayBuffer(await request.arrayBuffer(), {
    headers: encoding === null ? {} : { 'content-encoding': encoding },
  })
})

const value = { name: 'José', list: [1, 2, 3] }
const text = JSON.stringify(value)

test.each([
  ['identity', Buffer.from(text)],
  ['gzip', zlib.gzipSync(text)],
  ['x-gzip', zlib.gzipSync(text)],
  ['deflate', zlib.deflateSync(text)],
  ['br', zlib.brotliCompressSync(text)],
  ['zstd', zlib.zstdCompressSync(text)],
  ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(text))],
  ['GZIP', zlib.gzipSync(text)],
])('text() and json() undo content-encoding: %s', async (encoding, body) => {
  const api = await startApi([echo])
  const response = await fetch(`${api.url}/echo`, {
    method: 'POST',
    body,
    headers: { 'content-encoding': encoding },
  })
  await response.arrayBuffer().catch(() => {})
  const { request, response: reply } = api.exchanges[0]!
  for (const one of [request, reply!]) {
    expect(Buffer.from(one.body).equals(body)).toBe(true)
    expect(one.size).toBe(body.byteLength)
    expect(one.text()).toBe(text)
    expect(one.json()).toEqual(value)
  }
})

test('so they do where zlib has no header, as some clients send it', async () => {
  const api = await startApi([http.post('/x', () => new HttpResponse(null))])
  await fetch(`${api.url}/x`, {
    method: 'POST',
    body: zlib.deflateRawSync(text),
    headers: { 'content-encoding': 'deflate' },
  })
  expect(api.exchanges[0]!.request.json()).toEqual(value)
})

test('a body that is not what its headers say is an error where it is read, and bytes in .body', async () => {
  const api = await startApi([http.post('/x', () => new HttpResponse(null))])
  await fetch(`${api.url}/x`, {
    method: 'POST',
    body: 'plain',
    headers: { 'content-encoding': 'gzip' },
  })
  const { request } = api.exchanges[0]!
  expect(() => request.text()).toThrow('incorrect header check')
  expect(Buffer.from(request.body).toString()).toBe('plain')
})

test('an empty body is empty text, and no JSON', async () => {
  const api = await startApi([http.get('/x', () => new HttpResponse(null))])
  await fetch(`${api.url}/x`)
  const { request, response } = api.exchanges[0]!
  for (const one of [request, response!]) {
    expect(one).toMatchObject({ size: 0, cut: 0 })
    expect(one.body.byteLength).toBe(0)
    expect(one.text()).toBe('')
    expect(() => one.json()).toThrow(SyntaxError)
  }
})

function sizes({ size, cut, body }: ExchangeMessage): number[] {
  return [size, cut, body.byteLength]
}

test('by default, 1 MiB of each body is kept, and what was cut is said', async () => {
  const limit = 1024 * 1024
  const api = await startApi([echo])
  for (const size of [limit, limit + 1]) {
    const body = Buffer.alloc(size, 'x')
    const response = await fetch(`${api.url}/echo`, { method: 'POST', body })
    expect((await response.arrayBuffer()).byteLength).toBe(size)
  }
  const [fits, cut] = api.exchanges
  expect(sizes(fits!.request)).toEqual([limit, 0, limit])
  expect(sizes(fits!.response!)).toEqual([limit, 0, limit])
  expect(fits?.request.text()).toBe('x'.repeat(limit))
  expect(sizes(cut!.request)).toEqual([limit + 1, 1, limit])
  expect(sizes(cut!.response!)).toEqual([limit + 1, 1, limit])
  for (const one of [cut!.request, cut!.response!]) {
    for (const read of [() => one.text(), () => one.json()]) {
      expect(read).toThrow(expect.objectContaining({ name: 'MockberthError', code: 'BODY_CUT' }))
      expect(read).toThrow(/1048577 bytes, of which 1 were not kept\..*maxBody/)
    }
  }
})

test.each([0, 1, 5])('maxBody %i keeps that much of whole and streamed bodies', async (maxBody) => {
  const api = await startApi(
    [echo, http.get('/stream', () => new HttpResponse(chunks(['abc', 'def'])))],
    { maxBody },
  )
  const response = await fetch(`${api.url}/echo`, { method: 'POST', body: 'abcdef' })
  expect(await response.text()).toBe('abcdef')
  expect(await (await fetch(`${api.url}/stream`)).text()).toBe('abcdef')
  const [whole, streamed] = api.exchanges
  for (const one of [whole!.request, whole!.response!, streamed!.response!]) {
    expect(sizes(one)).toEqual([6, 6 - maxBody, maxBody])
    expect(Buffer.from(one.body).toString()).toBe('abcdef'.slice(0, maxBody))
    expect(() => one.text()).toThrow(expect.objectContaining({ code: 'BODY_CUT' }))
  }
  expect(streamed?.request.text()).toBe('')
})

test('a body that no handler read is on the journal all the same', async () => {
  const api = await startApi([http.post('/x', () => new HttpResponse(null))], {
    onUnhandled: 'ignore',
  })
  const body = 'x'.repeat(300_000)
  for (const path of ['/x', '/nobody']) {
    await (await fetch(api.url + path, { method: 'POST', body })).text()
    expect(api.exchanges.at(-1)?.request.text()).toBe(body)
  }
})

test('the bytes of a chunked body are kept without their framing', async () => {
  const api = await startApi([http.post('/x', () => new HttpResponse(null))])
  await fetch(`${api.url}/x`, { method: 'POST', body: chunks(['one', 'two']), duplex: 'half' })
  expect(api.exchanges[0]?.request.headers.get('transfer-encoding')).toBe('chunked')
  expect(api.exchanges[0]?.request.text()).toBe('onetwo')
})

test('a body of very many small parts is kept whole, also while it still comes', async () => {
  const stream = controlledBody()
  const api = await startApi([http.get('/x', () => new HttpResponse(stream.body))])
  const response = await fetch(`${api.url}/x`)
  const reader = response.body!.getReader()
  let sent = ''
  const seen: unknown[] = []
  for (let part = 0; part < 1000; part++) {
    stream.send(`${part},`)
    sent += `${part},`
    await reader.read()
    if (part % 300 === 299) seen.push(api.exchanges[0]?.response?.text() === sent)
  }
  stream.close()
  await reader.read()
  expect(seen).toEqual([true, true, true])
  expect(api.exchanges[0]?.response?.text()).toBe(sent)
})

test('of a body that is cut, no more is held in memory than what was kept', async () => {
  const large = new Uint8Array(20_000_000)
  const api = await startApi([http.get('/x', () => HttpResponse.arrayBuffer(large.buffer))], {
    maxBody: 1000,
  })
  await (await fetch(`${api.url}/x`)).arrayBuffer()
  const { body, cut } = api.exchanges[0]!.response!
  expect([body.byteLength, cut]).toEqual([1000, 19_999_000])
  expect(body.buffer.byteLength).toBeLessThan(100_000)
})

test('a small body that shares its memory with others is kept without theirs', async () => {
  const shared = new Uint8Array(1_000_000)
  const api = await startApi([
    http.get('/x', () => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(shared.subarray(0, 300))
          controller.close()
        },
      })
      return new HttpResponse(body)
    }),
  ])
  await (await fetch(`${api.url}/x`)).arrayBuffer()
  await (await fetch(`${api.url}/unhandled`)).text()
  for (const { response } of api.exchanges) {
    const { body, size } = response!
    expect(size).toBeGreaterThan(200)
    expect(body.buffer.byteLength).toBeLessThanOrEqual(2 * size)
  }
})
