import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { connect, exchange, message, type RawReply } from '../support/raw-client.ts'
import { chunks, controlledBody } from './chunks.ts'
import { startApi } from './start-api.ts'

test('a GET handler answers HEAD: its status and headers, and no body', async () => {
  const api = await startApi([
    http.get('/users/:login', ({ params, request }) =>
      HttpResponse.json(
        { login: params.login },
        { status: 203, headers: { etag: '"1"', 'x-method': request.method } },
      ),
    ),
  ])
  const client = await connect(api.port)
  client.send(message('GET /users/octocat'))
  const get = await client.reply()
  client.send(message('HEAD /users/octocat') + message('GET /users/octocat'))
  const head = await client.reply('HEAD')
  expect(head.status).toBe(203)
  expect(head.body.byteLength).toBe(0)
  expect(withoutDate(head)).toEqual(withoutDate(get))
  expect(head.all('content-length')).toEqual([String(get.body.byteLength)])
  expect((await client.reply()).body.toString()).toBe(get.body.toString())
  expect(api.exchanges.map(({ request, response }) => [request.method, response?.size])).toEqual([
    ['GET', get.body.byteLength],
    ['HEAD', 0],
    ['GET', get.body.byteLength],
  ])
})

test('http.head() wins over http.get(), wherever it stands', async () => {
  const api = await startApi([
    http.get('/file', () => HttpResponse.text('from get')),
    http.head('/file', () => new HttpResponse(null, { headers: { 'content-length': '12345' } })),
  ])
  const client = await connect(api.port)
  client.send(message('HEAD /file') + message('GET /file'))
  expect((await client.reply('HEAD')).all('content-length')).toEqual(['12345'])
  expect((await client.reply()).body.toString()).toBe('from get')
})

test('a handler for all methods that only watches leaves HEAD to the GET handler', async () => {
  const seen: string[] = []
  const api = await startApi([
    http.all('*', ({ request }) => void seen.push(request.method)),
    http.get('/file', () => HttpResponse.text('from get')),
  ])
  const reply = await exchange(api.port, message('HEAD /file'))
  expect(reply.status).toBe(200)
  expect(reply.all('content-length')).toEqual(['8'])
  expect(seen).toEqual(['HEAD'])
})

test('HEAD on a streamed body: the headers at once, and the stream is cancelled', async () => {
  const endless = controlledBody()
  const api = await startApi([
    http.get('/endless', () => new HttpResponse(endless.body, { headers: { 'x-a': '1' } })),
    http.get(
      '/known',
      () => new HttpResponse(chunks(['abc']), { headers: { 'content-length': '3' } }),
    ),
  ])
  const client = await connect(api.port)
  endless.send('x')
  client.send(message('HEAD /endless'))
  const reply = await client.reply('HEAD')
  expect(reply.all('x-a')).toEqual(['1'])
  expect(reply.all('content-length')).toEqual([])
  await endless.cancelled
  client.send(message('HEAD /known') + message('GET /known'))
  expect((await client.reply('HEAD')).all('content-length')).toEqual(['3'])
  expect((await client.reply()).body.toString()).toBe('abc')
})

test('HEAD where neither is declared is unhandled, and has no body either', async () => {
  const api = await startApi([http.post('/file', () => HttpResponse.text('from post'))], {
    onUnhandled: 'ignore',
  })
  const client = await connect(api.port)
  client.send(message('HEAD /file') + message('POST /file'))
  expect((await client.reply('HEAD')).status).toBe(501)
  expect((await client.reply()).body.toString()).toBe('from post')
})

function withoutDate({ rawHeaders }: RawReply): string[] {
  return rawHeaders.filter((_, at) => rawHeaders[at - (at % 2)]!.toLowerCase() !== 'date')
}
