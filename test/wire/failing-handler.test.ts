import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { connect, exchange, message } from '../support/raw-client.ts'
import { startApi } from './start-api.ts'

const hello = http.get('/hello', () => HttpResponse.text('hello'))

test.each([
  [
    'an Error',
    () => {
      throw new RangeError('out of range')
    },
    'RangeError: out of range',
  ],
  ['a rejection', () => Promise.reject(new Error('it rejected')), 'Error: it rejected'],
  [
    'a string',
    () => {
      // oxlint-disable-next-line no-throw-literal -- what people throw
      throw 'just text'
    },
    'just text',
  ],
  ['nothing', () => Promise.reject(), 'undefined'],
])('a handler that throws %s is a 500 that names it', async (_, resolver, text) => {
  const api = await startApi([http.get('/users/:login', resolver), hello])
  const client = await connect(api.port)
  client.send(message('GET /users/octocat'))
  const reply = await client.reply()
  expect(reply.status).toBe(500)
  expect(reply.all('content-type')).toEqual(['text/plain; charset=utf-8'])
  expect(reply.body.toString()).toMatch(
    /^mockberth: api: the handler GET \/users\/:login( \(\S+failing-handler\.test\.ts:\d+:\d+\))? failed:\n\n/,
  )
  expect(reply.body.toString()).toContain(text)
  expect(api.exchanges[0]).toMatchObject({ outcome: 'failed', response: { status: 500 } })
  expect(api.exchanges[0]?.handler?.label).toBe('GET /users/:login')

  client.send(message('GET /hello'))
  expect((await client.reply()).body.toString()).toBe('hello')
})

test('the 500 has the lines of the stack that are the user’s, and no others', async () => {
  const api = await startApi([
    http.get('/boom', function boom() {
      throw new Error('boom')
    }),
  ])
  const text = (await exchange(api.port, message('GET /boom'))).body.toString()
  expect(text).toMatch(/\n\s+at .*failing-handler\.test\.ts:\d+:\d+/)
  expect(text).not.toContain('node_modules')
  expect(text).not.toContain('node:internal')
})

test('a thrown Response is a reply like any other', async () => {
  const api = await startApi([
    http.get('/users/:login', () => {
      throw HttpResponse.json({ message: 'Not Found' }, { status: 404 })
    }),
  ])
  const reply = await exchange(api.port, message('GET /users/nobody'))
  expect(reply.status).toBe(404)
  expect(JSON.parse(reply.body.toString())).toEqual({ message: 'Not Found' })
  expect(api.exchanges[0]?.outcome).toBe('mocked')
})

test.each([
  ['an object', { login: 'octocat' }, "it returned { login: 'octocat' }, which is not a Response"],
  ['a number', 200, 'it returned 200, which is not a Response'],
  ['true', true, 'it returned true, which is not a Response'],
  ['a string', 'octocat', "it returned 'octocat', which is not a Response"],
  [
    'a list',
    [{ login: 'octocat' }],
    "it returned [ { login: 'octocat' } ], which is not a Response",
  ],
  ['a function', function oops() {}, 'it returned [Function: oops], which is not a Response'],
  ['an informational status', new HttpResponse(null, { status: 101 }), 'it returned status 101'],
])('a handler that returns %s is a 500 that says so', async (_, value, text) => {
  const api = await startApi([http.get('/odd', () => value as unknown as Response), hello])
  const client = await connect(api.port)
  client.send(message('GET /odd'))
  const reply = await client.reply()
  expect(reply.status).toBe(500)
  expect(reply.body.toString()).toContain('the handler GET /odd')
  expect(reply.body.toString()).toContain(text)
  client.send(message('GET /hello'))
  expect((await client.reply()).body.toString()).toBe('hello')
})

test('a handler that returns one response twice is told to clone it', async () => {
  const shared = HttpResponse.json({ shared: true })
  const api = await startApi([http.get('/shared', () => shared)])
  const client = await connect(api.port)
  client.send(message('GET /shared') + message('GET /shared'))
  expect((await client.reply()).status).toBe(200)
  const second = await client.reply()
  expect(second.status).toBe(500)
  expect(second.body.toString()).toContain('return response.clone()')
})

test('a body stream of text instead of bytes is a 500 that says so', async () => {
  const api = await startApi([
    http.get('/text', () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue('text')
          controller.close()
        },
      })
      return new HttpResponse(body)
    }),
  ])
  const reply = await exchange(api.port, message('GET /text'))
  expect(reply.status).toBe(500)
  expect(reply.body.toString()).toContain('its body gave a string where bytes (Uint8Array) go')
})

test('a handler that throws while others run does not disturb them', async () => {
  const go = Promise.withResolvers<void>()
  const api = await startApi([
    http.get('/waits', async () => {
      await go.promise
      return HttpResponse.text('waited')
    }),
    http.get('/boom', () => {
      throw new Error('boom')
    }),
  ])
  const waiting = await connect(api.port)
  waiting.send(message('GET /waits'))
  for (let round = 0; round < 5; round++) {
    expect((await exchange(api.port, message('GET /boom'))).status).toBe(500)
  }
  go.resolve()
  expect((await waiting.reply()).body.toString()).toBe('waited')
})
