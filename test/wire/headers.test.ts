import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { connect, exchange, message } from '../support/raw-client.ts'
import { chunks } from './chunks.ts'
import { startApi } from './start-api.ts'

test('each Set-Cookie is a header line of its own, in order', async () => {
  const headers = new Headers([
    ['set-cookie', 'a=1; Path=/'],
    ['set-cookie', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT'],
    ['set-cookie', 'a=1; Path=/'],
  ])
  const api = await startApi([http.get('/login', () => new HttpResponse(null, { headers }))])
  const reply = await exchange(api.port, message('GET /login'))
  expect(reply.all('set-cookie')).toEqual([
    'a=1; Path=/',
    'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    'a=1; Path=/',
  ])
  expect(api.exchanges[0]?.response?.headers.getSetCookie()).toHaveLength(3)
})

test.each([
  ['of the handler', { status: 418, statusText: 'Teapot Here' }, 418, 'Teapot Here'],
  ['of the status by default', { status: 404 }, 404, 'Not Found'],
  ['of an unknown status: none', { status: 299 }, 299, ''],
])('the reason phrase %s', async (_, init, status, statusText) => {
  const api = await startApi([
    http.get('/msw', () => new HttpResponse('x', init)),
    http.get('/fetch', () => new Response('x', init)),
  ])
  for (const path of ['/msw', '/fetch']) {
    const reply = await exchange(api.port, message(`GET ${path}`))
    expect(reply).toMatchObject({ status, statusText })
    expect(api.find('GET', path)?.response).toMatchObject({ status, statusText })
  }
})

test('a body without content-type gets none, streamed or not', async () => {
  const bytes = new TextEncoder().encode('bytes')
  const api = await startApi([
    http.get('/stream', () => new HttpResponse(chunks(['by', 'tes']))),
    http.get('/bytes', () => HttpResponse.arrayBuffer(bytes.buffer, { headers: {} })),
    http.get('/plain', () => new Response(bytes)),
  ])
  const streamed = await exchange(api.port, message('GET /stream'))
  expect(streamed.all('content-type')).toEqual([])
  expect(streamed.all('transfer-encoding')).toEqual(['chunked'])
  expect(streamed.body.toString()).toBe('bytes')
  expect((await exchange(api.port, message('GET /plain'))).all('content-type')).toEqual([])
  // As MSW itself has it.
  const buffer = await exchange(api.port, message('GET /bytes'))
  expect(buffer.all('content-type')).toEqual(['application/octet-stream'])
})

test('headers about the connection are the server’s business, not the handler’s', async () => {
  const headers = {
    connection: 'close, x-mine',
    'keep-alive': 'timeout=1',
    'transfer-encoding': 'gzip, chunked',
    upgrade: 'h2c',
    trailer: 'x-checksum',
    'x-mine': 'kept',
  }
  const api = await startApi([
    http.get('/static', () => new HttpResponse('static', { headers })),
    http.get('/stream', () => new HttpResponse(chunks(['la', 'te']), { headers })),
  ])
  const client = await connect(api.port)
  for (const [path, text] of [
    ['/static', 'static'],
    ['/stream', 'late'],
    ['/static', 'static'],
  ]) {
    client.send(message(`GET ${path}`))
    const reply = await client.reply()
    expect(reply.body.toString()).toBe(text)
    expect(reply.all('connection')).toEqual(['keep-alive'])
    expect(reply.all('keep-alive')).toEqual([])
    expect(reply.all('upgrade')).toEqual([])
    expect(reply.all('trailer')).toEqual([])
    expect(reply.all('transfer-encoding')).toEqual(path === '/stream' ? ['chunked'] : [])
    expect(reply.all('x-mine')).toEqual(['kept'])
  }
})

test('Connection: close of the client is respected', async () => {
  const api = await startApi([http.get('/hello', () => HttpResponse.text('hello'))])
  const client = await connect(api.port)
  client.send(message('GET /hello', ['Connection: close']))
  expect((await client.reply()).all('connection')).toEqual(['close'])
  expect(await client.over()).toBe('end')
})

test.each([
  ['whole', () => 'body'],
  ['streamed', () => chunks(['bo', 'dy'])],
])('header values of a %s reply come and go byte by byte', async (_, body) => {
  const api = await startApi([
    http.get('/echo', ({ request }) => {
      const headers = { 'x-echo': request.headers.get('x-name')! }
      return new HttpResponse(body(), { headers, statusText: 'Tr\xE8s bien' })
    }),
  ])
  const value = 'caf\xE9 "x", y=\xFF'
  const reply = await exchange(api.port, message('GET /echo', [`X-Name: ${value}`]))
  expect(reply.statusText).toBe('Tr\xE8s bien')
  expect(reply.all('x-echo')).toEqual([value])
  expect(api.exchanges[0]?.request.rawHeaders).toEqual(['Host', '127.0.0.1', 'X-Name', value])
})
