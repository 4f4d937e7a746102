import * as fc from 'fast-check'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { ApiDefinition, MockApi } from '../../src/index.ts'
import { ORIGIN, writeRecording } from '../recording/recorded.ts'
import { exchange, message } from '../support/raw-client.ts'
import { startMocks } from '../support/start.ts'

const reply = (): Response => HttpResponse.json({})

async function start(definition: ApiDefinition): Promise<MockApi> {
  const { apis } = await startMocks({ 'my-api': { onUnhandled: 'ignore', ...definition } })
  return apis['my-api']
}

/** Runs the code that was offered, as if it stood in a test. */
async function paste(api: MockApi, target: string, options: RequestInit): Promise<string> {
  const response = await fetch(api.url + target, {
    ...options,
    headers: { ...options.headers, accept: 'application/json' },
  })
  expect(response.status).toBe(501)
  const { handler } = JSON.parse(await response.text()).error
  runPasted(api, handler)
  return handler
}

function runPasted(api: MockApi, handler: string): void {
  // oxlint-disable-next-line no-new-func -- that it runs as it stands is what is tested
  new Function('apis', 'http', 'HttpResponse', handler)({ 'my-api': api }, http, HttpResponse)
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

test('the handler to paste leaves other methods alone, where MSW has no name for its own', async () => {
  const api = await start({ handlers: [http.get('/folder', () => HttpResponse.text('declared'))] })
  await paste(api, '/folder', { method: 'PROPFIND' })
  expect((await fetch(`${api.url}/folder`, { method: 'PROPFIND' })).status).toBe(200)
  expect(await (await fetch(`${api.url}/folder`)).text()).toBe('declared')
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
    if (/query(?:\\s|\\\\[nrt])+Viewer\\b/.test(await request.clone().text())) {
      return HttpResponse.json({ data: {} })
    }
  }),
)`)
  const two = operation('query A { a } query B { b }', 'B')
  expect(await paste(api, '/graphql', two)).toContain(String.raw`/"operationName"\s*:\s*"B"/`)
  const lines = operation('\nquery\n  Lines\n{ line }')
  await paste(api, '/graphql', lines)
  const inQuery = '/graphql?query=query%20Viewer%20%7B%20viewer%20%7D'
  await paste(api, inQuery, {})
  expect((await fetch(api.url + inQuery)).status).toBe(200)
  expect((await fetch(`${api.url}/graphql?query=query%20Other%20%7B%20id%20%7D`)).status).toBe(501)
  for (const [asked, status] of [
    [viewer, 200],
    [two, 200],
    [lines, 200],
    [operation('query A { a } query B { b }', 'A'), 501],
    [operation('query Others { Viewer }'), 501],
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

test.for([
  ['query parameters of one name', ['/search?tag=a&tag=b', {}], ['/search?tag=a', {}]],
  ['names that are no words', ['/search?a%0Ab=1&=2', {}], ['/search?=2', {}]],
  [
    'headers',
    ['/users', { headers: { 'x-tenant': 'b' } }],
    ['/users', { headers: { 'x-tenant': 'a' } }],
  ],
  [
    'bodies',
    ['/users', { method: 'POST', body: "it's\nnew" }],
    ['/users', { method: 'POST', body: 'old' }],
  ],
] as const)('it tells what came from what was recorded by %s', async ([, missed, known]) => {
  const [url, { method = 'GET', headers = {}, body }] = known as [string, any]
  const recording = await writeRecording([{ url, method, headers, body, reply: 'recorded' }])
  const api = await start({ upstream: ORIGIN, recording, match: { headers: ['x-tenant'] } })
  const [target, options] = missed
  await paste(api, target, options)
  expect((await fetch(api.url + target, options)).status).toBe(200)
  expect(await (await fetch(api.url + url, known[1])).text()).toBe('recorded')
})

/** Runs the code that was offered for a request whose target no URL of a client has. */
async function pasteRaw(api: MockApi, requestLine: string): Promise<number> {
  const bytes = message(requestLine, ['accept: application/json', 'connection: close'])
  const first = await exchange(api.port, bytes)
  expect(first.status).toBe(501)
  runPasted(api, JSON.parse(first.body.toString()).error.handler)
  return (await exchange(api.port, bytes)).status
}

const TARGETS: Record<string, string> = {
  'no path': 'GET *',
  'segments of dots': 'GET /a/../b',
  'encoded dots': 'GET /%2e%2e/x/./y',
  'characters that a URL encodes': 'GET /a"b/<a>/{b}/`c`/^/|',
  'a backslash': String.raw`GET /a\b`,
  'a fragment': 'GET /a#b',
  'a fragment behind a query': 'GET /a?b#c',
  'encodings that are none': 'GET /%zz/%E0%A4%A/%FF',
  'a long segment': `GET /${'x'.repeat(5000)}`,
  'many segments': `GET ${'/x'.repeat(5000)}`,
  'a path of 60 KB': `GET /${'x'.repeat(60_000)}/y`,
}

test.for(Object.entries(TARGETS))(
  'the handler to paste answers a request with %s',
  async ([, requestLine]) => {
    const api = await start({ handlers: [http.get('/users/:id', reply)] })
    expect(await pasteRaw(api, requestLine)).toBe(200)
  },
)
