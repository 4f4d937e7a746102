import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { connect, exchange, message } from '../support/raw-client.ts'
import { startApi } from './start-api.ts'
import { chunks } from './chunks.ts'

const hello = http.get('/hello', () => HttpResponse.text('hello'))

test.each([
  ['smaller than', '3'],
  ['larger than', '300'],
  ['no number for', 'many'],
  ['two numbers for', '5, 11'],
])('a content-length %s a static body is corrected', async (_, length) => {
  const headers = { 'content-length': length }
  const api = await startApi([
    http.get('/wrong', () => new HttpResponse('hello there', { headers })),
  ])
  const client = await connect(api.port)
  for (let round = 0; round < 3; round++) {
    client.send(message('GET /wrong'))
    const reply = await client.reply()
    expect(reply.all('content-length')).toEqual(['11'])
    expect(reply.body.toString()).toBe('hello there')
  }
})

test('a streamed body keeps a content-length that is right', async () => {
  const api = await startApi([
    http.get(
      '/right',
      () =>
        new HttpResponse(chunks(['hello', ' ', 'there']), { headers: { 'content-length': '11' } }),
    ),
  ])
  const client = await connect(api.port)
  for (let round = 0; round < 3; round++) {
    client.send(message('GET /right'))
    const reply = await client.reply()
    expect(reply.all('content-length')).toEqual(['11'])
    expect(reply.all('transfer-encoding')).toEqual([])
    expect(reply.body.toString()).toBe('hello there')
  }
  expect(api.exchanges.map(({ outcome }) => outcome)).toEqual(['mocked', 'mocked', 'mocked'])
})

test.each([
  ['smaller', '5'],
  ['smaller by a whole chunk', '6'],
  ['larger', '12'],
])('a streamed body with a %s content-length is cut off', async (_, length) => {
  const headers = { 'content-length': length }
  const api = await startApi([
    http.get('/wrong', () => new HttpResponse(chunks(['hello', ' ', 'there']), { headers })),
    hello,
  ])
  const client = await connect(api.port)
  client.send(message('GET /wrong') + message('GET /hello'))
  expect(await client.over()).toBe('ECONNRESET')
  // Whatever came of the body, it is less than what was announced: nothing can take it for whole.
  const body = client.received().split('\r\n\r\n')[1] ?? ''
  expect('hello there'.startsWith(body)).toBe(true)
  expect(body.length).toBeLessThan(Number(length))
  expect(api.find('GET', '/wrong')?.outcome).toBe('failed')
  expect((await exchange(api.port, message('GET /hello'))).body.toString()).toBe('hello')
})

test('a streamed body without content-length is chunked, and the connection lives on', async () => {
  const api = await startApi([http.get('/s', () => new HttpResponse(chunks(['one', '', 'two'])))])
  const client = await connect(api.port)
  for (let round = 0; round < 3; round++) {
    client.send(message('GET /s'))
    const reply = await client.reply()
    expect(reply.all('transfer-encoding')).toEqual(['chunked'])
    expect(reply.body.toString()).toBe('onetwo')
  }
})

test.each([
  [204, []],
  [205, ['0']],
])('status %i has no body, and the connection lives on', async (status, lengths) => {
  const api = await startApi([
    http.all('/msw', () => new HttpResponse('dropped', { status })),
    http.all('/json', () => HttpResponse.json({ dropped: true }, { status })),
    http.all('/fetch', () => new Response(null, { status })),
    hello,
  ])
  const client = await connect(api.port)
  for (const path of ['/msw', '/json', '/fetch']) {
    for (const method of ['GET', 'POST']) {
      client.send(message(`${method} ${path}`, [], method === 'POST' ? 'body' : ''))
      const reply = await client.reply()
      expect(reply.status).toBe(status)
      expect(reply.body.byteLength).toBe(0)
      expect(reply.all('transfer-encoding')).toEqual([])
      expect(reply.all('content-length')).toEqual(lengths)
    }
  }
  client.send(message('GET /hello'))
  expect((await client.reply()).body.toString()).toBe('hello')
  const sizes = api.exchanges.map(({ response }) => response?.size)
  expect(sizes).toEqual([0, 0, 0, 0, 0, 0, 5])
})

test('status 304 has no body; its content-length is that of the body it stands for', async () => {
  const api = await startApi([
    http.get('/json', () => HttpResponse.json({ a: 1 }, { status: 304, headers: { etag: '"1"' } })),
    http.get('/none', () => new HttpResponse(null, { status: 304 })),
    hello,
  ])
  const client = await connect(api.port)
  client.send(message('GET /json') + message('GET /none') + message('GET /hello'))
  const json = await client.reply()
  expect(json).toMatchObject({ status: 304, statusText: 'Not Modified' })
  expect([json.all('etag'), json.all('content-length')]).toEqual([['"1"'], ['7']])
  const none = await client.reply()
  expect([none.status, none.all('content-length')]).toEqual([304, []])
  expect((await client.reply()).body.toString()).toBe('hello')
  expect(api.exchanges.map(({ response }) => response?.size)).toEqual([0, 0, 5])
})

test('an empty reply has content-length 0', async () => {
  const api = await startApi([http.get('/empty', () => new HttpResponse(null, { status: 201 }))])
  const reply = await exchange(api.port, message('GET /empty'))
  expect(reply.all('content-length')).toEqual(['0'])
  expect(reply.all('transfer-encoding')).toEqual([])
})

test('an HTTP/1.0 client gets its reply and a closed connection', async () => {
  const api = await startApi([
    hello,
    http.get('/stream', () => new HttpResponse(chunks(['a', 'b']))),
  ])
  const whole = await connect(api.port)
  whole.send('GET /hello HTTP/1.0\r\n\r\n')
  expect(await whole.over()).toBe('end')
  expect(await whole.reply()).toMatchObject({ status: 200, statusText: 'OK' })
  expect(whole.received()).toMatch(/\r\n\r\nhello$/)
  const streamed = await connect(api.port)
  streamed.send('GET /stream HTTP/1.0\r\nHost: localhost\r\n\r\n')
  expect(await streamed.over()).toBe('end')
  expect(streamed.received()).toMatch(/\r\n\r\nab$/)
  expect(streamed.received()).not.toMatch(/transfer-encoding/i)
})

test('HTTP/1.0 with keep-alive may ask again', async () => {
  const api = await startApi([hello])
  const client = await connect(api.port)
  for (let round = 0; round < 3; round++) {
    client.send('GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
    const reply = await client.reply()
    expect(reply.body.toString()).toBe('hello')
    expect(reply.all('connection')).toEqual(['keep-alive'])
  }
})

test('a client that has closed its side gets the replies that are ready, and the end', async () => {
  const api = await startApi([
    hello,
    http.post('/echo', async ({ request }) => HttpResponse.text(await request.text())),
  ])
  const client = await connect(api.port)
  client.socket.end(message('POST /echo', [], 'said') + message('GET /hello'))
  expect((await client.reply()).body.toString()).toBe('said')
  expect((await client.reply()).body.toString()).toBe('hello')
  expect(await client.over()).toBe('end')
})

test('a client that closed its side counts as gone where the reply is not ready', async () => {
  const aborted = Promise.withResolvers<void>()
  const api = await startApi([
    http.get('/slow', ({ request }) => {
      request.signal.addEventListener('abort', () => aborted.resolve())
      return new Promise(() => {})
    }),
    hello,
  ])
  const client = await connect(api.port)
  client.socket.end(message('GET /slow'))
  await aborted.promise
  expect(await client.over()).toBe('end')
  expect(client.received()).toBe('')
  expect(api.exchanges[0]).toMatchObject({ outcome: 'aborted', response: undefined })
})

test('Expect: 100-continue gets its go-ahead, and then the reply', async () => {
  const api = await startApi([
    http.post('/upload', async ({ request }) => HttpResponse.text(await request.text())),
  ])
  const client = await connect(api.port)
  client.send(
    'POST /upload HTTP/1.1\r\nHost: a.localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n',
  )
  await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
  client.send('body')
  expect(await client.reply()).toMatchObject({ status: 100 })
  const reply = await client.reply()
  expect(reply.status).toBe(200)
  expect(reply.body.toString()).toBe('body')
})
