import * as msw from 'msw'
import { expect, test } from 'vitest'
import type { ApiDefinition, MockApi } from '../../src/index.ts'
import { ORIGIN, writeRecording } from '../recording/recorded.ts'
import { exchange, message } from '../support/raw-client.ts'
import { startMocks } from '../support/start.ts'

const { http, HttpResponse } = msw
const reply = (): Response => HttpResponse.json({})

async function start(definition: ApiDefinition): Promise<MockApi> {
  const { apis } = await startMocks({ 'my-api': { onUnhandled: 'ignore', ...definition } })
  return apis['my-api']
}

async function ask(url: string, options: RequestInit = {}): Promise<string> {
  const response = await fetch(url, options)
  expect(response.status).toBe(501)
  return response.text()
}

test('it names what came, the three nearest, what differs, and a handler to paste', async () => {
  const recording = await writeRecording([
    { url: '/users/1/repos?page=1' },
    { url: '/users/2' },
    { url: '/nothing/of/this' },
  ])
  const api = await start({
    upstream: ORIGIN,
    recording,
    handlers: [http.get('/teams/:id/repos', reply)],
  })
  api.use(http.post('/users/:id/repos', reply))
  // Where it was written, msw 3 does not tell.
  const text = (await ask(`${api.url}/users/1/repos?page=2`)).replaceAll(
    / \([^()]*from use\(\)\)/g,
    ' (from use())',
  )
  expect(text)
    .toBe(`mockberth: Unhandled request to my-api: GET https://api.test/users/1/repos?page=2

Nearest to it, the nearest first:
  GET /users/1/repos?page=1 (${recording}, entry 1)
    query page: takes "1", got "2"
  POST /users/:id/repos (from use())
    method: takes POST, got GET
  GET /teams/:id/repos
    path segment 1: takes "teams", got "users"

Answer it with a handler: in the declaration, or for one test with
  apis['my-api'].use(
    http.get('/users/1/repos', ({ request }) => {
      const query = new URL(request.url).searchParams
      if (query.get('page') === '2') return HttpResponse.json({})
    }),
  )
`)
})

test('it has a word for nothing to compare with, and for one thing', async () => {
  const none = await start({})
  expect(await ask(`${none.url}/x`)).toBe(`mockberth: Unhandled request to my-api: GET ${none.url}/x

my-api has no handlers and no recorded entries.

Answer it with a handler: in the declaration, or for one test with
  apis['my-api'].use(http.get('/x', () => HttpResponse.json({})))
`)
  const one = await start({ handlers: [http.get('/y', reply)] })
  expect(await ask(`${one.url}/x`)).toContain(`
Nearest to it:
  GET /y
    path segment 1: takes "y", got "x"
`)
})

test('of many differences eight are told, and long values are cut', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `name${index}`)
  const recording = await writeRecording([
    { url: `/x?${names.map((name) => `${name}=${'v'.repeat(200)}`).join('&')}` },
  ])
  const api = await start({ upstream: ORIGIN, recording })
  const long = JSON.stringify(`${'v'.repeat(79)}…`)
  expect(await ask(`${api.url}/x`)).toContain(
    names
      .slice(0, 8)
      .map((name) => `    query ${name}: takes ${long}, got nothing\n`)
      .join('') + '    … and 2 more\n',
  )
})

test.for([
  ['application/json', 'application/json'],
  ['application/json, text/plain, */*', 'application/json'],
  ['application/vnd.github+json', 'application/json'],
  ['*/*', 'text/plain; charset=utf-8'],
  ['text/html,application/xhtml+xml', 'text/plain; charset=utf-8'],
] as const)('a client that accepts %s gets %s', async ([accept, type]) => {
  const api = await start({ handlers: [http.get('/users/:id', reply)] })
  const response = await fetch(`${api.url}/user/1`, { headers: { accept } })
  expect(response.status).toBe(501)
  expect(response.headers.get('content-type')).toBe(type)
  const text = await response.text()
  if (type !== 'application/json') return
  expect(JSON.parse(text)).toEqual({
    error: {
      code: 'UNHANDLED_REQUEST',
      request: { api: 'my-api', method: 'GET', url: `${api.url}/user/1` },
      nearest: [
        {
          kind: 'handler',
          label: 'GET /users/:id',
          differences: [{ field: 'path segment 1', wanted: '"users"', got: '"user"' }],
        },
      ],
      notes: [],
      handler: `apis['my-api'].use(http.get('/user/1', () => HttpResponse.json({})))`,
      message: `Unhandled request to my-api: GET ${api.url}/user/1

Nearest to it:
  GET /users/:id
    path segment 1: takes "users", got "user"

Answer it with a handler: in the declaration, or for one test with
  apis['my-api'].use(http.get('/user/1', () => HttpResponse.json({})))`,
    },
  })
})

test('where no handler can answer, none is offered', async () => {
  const api = await start({ handlers: [http.get('/users', reply)] })
  const { status, body } = await exchange(api.port, message('TRACE /users'))
  expect(status).toBe(501)
  expect(body.toString()).toContain(`
  GET /users
    method: takes GET, got TRACE

No handler can answer it: Fetch has no requests with the method TRACE.
`)
})

test('a body that cannot be compared is what an entry does not fit for', async () => {
  const recording = await writeRecording([{ method: 'POST', url: '/say', body: 'x'.repeat(20) }])
  const api = await start({ upstream: ORIGIN, recording, maxBody: 10 })
  expect(await ask(`${api.url}/say`, { method: 'POST', body: 'y'.repeat(20) })).toContain(`
  POST /say (${recording}, entry 1)
    it fits but for its body, which is too large or nested too deeply to be compared here
`)
})

test('of a request with thousands of parameters and fields, the first differences are told', async () => {
  const names = Array.from({ length: 4000 }, (_, index) => `name${index}`)
  const fields = JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])))
  const json = { 'content-type': 'application/json' }
  const recording = await writeRecording(
    names.flatMap((name) => [
      { url: `/search?q=${name}` },
      { method: 'POST', url: '/users', headers: json, body: JSON.stringify({ q: name }) },
    ]),
  )
  const api = await start({ upstream: ORIGIN, recording })
  const query = names.map((name) => `${name}=1`).join('&')
  expect((await exchange(api.port, message(`GET /search?${query}`))).body.toString()).toContain(
    '    query name0: takes nothing, got "1"\n',
  )
  expect(await ask(`${api.url}/users`, { method: 'POST', headers: json, body: fields })).toContain(
    '    body $.name0: takes nothing, got 1\n',
  )
})

test('a handler that passed the request on is named, and what else is near', async () => {
  const recording = await writeRecording([{ url: '/users/2' }])
  const api = await start({
    upstream: ORIGIN,
    recording,
    handlers: [
      http.get('/users/:login', () => undefined),
      http.get('/users/:id', () => msw.passthrough()),
    ],
  })
  expect(await ask(`${api.url}/users/1`)).toContain(`
The handler GET /users/:id passed it on, and ${recording} has no entry for it.

Nearest to it, the nearest first:
  GET /users/:login
    it fits, and gave no answer
  GET /users/2 (${recording}, entry 1)
    path segment 2: takes "2", got "1"

Answer it`)
  const only = await start({ handlers: [http.get('/users/:id', () => msw.passthrough())] })
  expect(await ask(`${only.url}/users/1`)).toContain(`
The handler GET /users/:id passed it on, and in the mode replay nothing leaves this machine.

Answer it`)
})

test('a body that is larger than what is kept does not keep the explanation', async () => {
  const api = await start({ handlers: [http.get('/users', reply)], maxBody: 10 })
  const text = await ask(`${api.url}/users`, { method: 'POST', body: 'x'.repeat(100_000) })
  expect(text).toContain('    method: takes GET, got POST\n')
})
