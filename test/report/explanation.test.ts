import * as fc from 'fast-check'
import * as msw from 'msw'
import { expect, test } from 'vitest'
import type { ApiDefinition, MockApi } from '../../src/index.ts'
import { ORIGIN, writeRecording } from '../recording/recorded.ts'
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

/** Runs the code that was offered, as if it stood in a test. */
async function paste(api: MockApi, target: string, options: RequestInit): Promise<string> {
  const response = await fetch(api.url + target, {
    ...options,
    headers: { ...options.headers, accept: 'application/json' },
  })
  expect(response.status).toBe(501)
  const { handler } = JSON.parse(await response.text()).error
  // oxlint-disable-next-line no-new-func -- that it runs as it stands is what is tested
  new Function('apis', 'http', 'HttpResponse', handler)({ 'my-api': api }, http, HttpResponse)
  return handler
}

test.for([
  ['GET', "/o'brien/a(b)/c*d/e+f/g:h/%20%2F/{i}/j.k"],
  ['GET', '/search?q=a&q=b'],
  ['DELETE', '/a//b/'],
  ['PATCH', '/$&/\\d/[x]'],
  ['OPTIONS', '/'],
  ['PROPFIND', '/folder'],
  ['POST', '/users'],
] as const)('the handler to paste answers %s %s', async ([method, target]) => {
  const api = await start({})
  await paste(api, target, { method })
  expect((await fetch(api.url + target, { method })).status).toBe(200)
})

test('the handler to paste answers any path', async () => {
  const api = await start({})
  await fc.assert(
    fc.asyncProperty(fc.webPath({ size: 'small' }), async (path) => {
      const target = path === '' ? '/' : path
      await paste(api, target, {})
      expect((await fetch(api.url + target)).status).toBe(200)
      api.reset()
    }),
    { numRuns: 200 },
  )
})

function operation(query: string, operationName?: string): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, operationName }),
  }
}

test('it leaves other operations of a GraphQL endpoint unanswered', async () => {
  const api = await start({})
  const viewer = operation('query Viewer { viewer { login } }')
  expect(await paste(api, '/graphql', viewer)).toBe(`apis['my-api'].use(
  http.post('/graphql', async ({ request }) => {
    if (/\\bViewer\\b/.test(await request.clone().text())) {
      return HttpResponse.json({ data: {} })
    }
  }),
)`)
  const two = operation('query A { a } query B { b }', 'B')
  expect(await paste(api, '/graphql', two)).toContain(String.raw`/\bB\b/`)
  for (const [asked, status] of [
    [viewer, 200],
    [two, 200],
    [operation('query Viewers { viewers { login } }'), 501],
    [operation('{ viewer { login } }'), 501],
  ] as const) {
    expect((await fetch(`${api.url}/graphql`, asked)).status).toBe(status)
  }
})

test('it leaves recorded entries of the same path to answer', async () => {
  const recording = await writeRecording([{ url: '/search?page=1&q=x', reply: 'recorded' }])
  const api = await start({ upstream: ORIGIN, recording })
  await paste(api, '/search?q=x', {})
  const statusOf = async (target: string): Promise<number> => (await fetch(api.url + target)).status
  expect(await statusOf('/search?q=x')).toBe(200)
  expect(await (await fetch(`${api.url}/search?q=x&page=1`)).text()).toBe('recorded')
  expect(await statusOf('/search?page=2&q=x')).toBe(501)
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
