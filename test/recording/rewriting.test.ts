import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { ApiDefinition, MockApi } from '../../src/index.ts'
import { startMocks } from '../support/start.ts'
import { ORIGIN, startRecorded, writeRecording, type Recorded } from './recorded.ts'

const AUTH = 'https://auth.test:8443'

/** What a client reads where `sent` was recorded, with the mocks' URLs as `API` and `AUTH`. */
async function replayed(
  sent: string,
  type: string,
  rewriteUrls?: ApiDefinition['rewriteUrls'],
): Promise<string> {
  const recording = await writeRecording([
    { url: '/x', reply: sent, replyHeaders: { 'content-type': type } },
    { url: `${AUTH}/x` },
  ])
  const { apis } = await startMocks({
    api: { recording, upstream: ORIGIN, ...(rewriteUrls !== undefined && { rewriteUrls }) },
    auth: { recording, upstream: AUTH },
  })
  const response = await fetch(`${apis.api.url}/x`)
  const text = await response.text()
  expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
  return text.replaceAll(apis.api.url, 'API').replaceAll(apis.auth.url, 'AUTH')
}

const JSON_TYPE = 'application/json'

test.for<[recorded: string, replayed: string]>([
  [`{"url":"${ORIGIN}/users/1"}`, '{"url":"API/users/1"}'],
  [`["${ORIGIN}","${AUTH}/token?a=1"]`, '["API","AUTH/token?a=1"]'],
  [`{"${ORIGIN}/key":1}`, '{"API/key":1}'],
  [`"${ORIGIN}?page=2"`, '"API?page=2"'],
  [`"${ORIGIN}#part"`, '"API#part"'],
  [String.raw`{"url":"https:\/\/api.test\/users\/1"}`, String.raw`{"url":"API\/users\/1"}`],
  [String.raw`"https:\u002F\u002fapi.test\u002fa"`, String.raw`"API\u002fa"`],
  ['"HTTPS://API.Test/a"', '"API/a"'],
  ['"https://api.test:443/a"', '"API/a"'],
  [`{"é":"${ORIGIN}/ü"}`, '{"é":"API/ü"}'],
])('JSON strings that begin with an upstream: %s', async ([recorded, expected]) => {
  expect(await replayed(recorded, JSON_TYPE)).toBe(expected)
})

test.for([
  '"https://api.test.evil.com/a"',
  '"https://api.test:8443/a"',
  '"https://api.test:4430/a"',
  '"https://api.test@evil.com/a"',
  '"https://api.test-evil.com"',
  '"https://api.testing.com"',
  '"https://api.testé.com"',
  '"https://sub.api.test/a"',
  '"https://api2test/a"',
  '"http://api.test/a"',
  '"https://auth.test/a"',
  '"see https://api.test/a"',
  String.raw`"<a href=\"https://api.test/a\">"`,
])('JSON strings that do not begin with an upstream stay: %s', async (recorded) => {
  expect(await replayed(recorded, JSON_TYPE)).toBe(recorded)
})

test.for([
  'application/vnd.github+json; charset=utf-8',
  'application/hal+json',
  'application/x-ndjson',
  'application/jsonl',
  'text/json',
])('%s is JSON', async (type) => {
  expect(await replayed(`{"url":"${ORIGIN}/a"}\n{"b":1}\n`, type)).toBe(
    '{"url":"API/a"}\n{"b":1}\n',
  )
})

test.for(['text/plain', 'text/html', 'application/octet-stream', 'image/svg+xml'])(
  '%s stays as it is',
  async (type) => {
    expect(await replayed(`"${ORIGIN}/a"`, type)).toBe(`"${ORIGIN}/a"`)
  },
)

test('data of server-sent events is rewritten', async () => {
  const stream = `event: page\ndata: {"next":"${ORIGIN}/p2"}\n\ndata: {"of":"${AUTH}"}\n\n: ${ORIGIN}\n\n`
  expect(await replayed(stream, 'text/event-stream')).toBe(
    `event: page\ndata: {"next":"API/p2"}\n\ndata: {"of":"AUTH"}\n\n: ${ORIGIN}\n\n`,
  )
})

test("'text' rewrites every occurrence in text, and no byte of anything else", async () => {
  const html = `<a href="${ORIGIN}/a">é</a> <a href='${AUTH}/b'> https://api.test.evil.com ${ORIGIN}`
  expect(await replayed(html, 'text/html; charset=utf-8', 'text')).toBe(
    `<a href="API/a">é</a> <a href='AUTH/b'> https://api.test.evil.com API`,
  )
  expect(await replayed(`{"a":"see ${ORIGIN}/b"}`, 'application/x-ndjson', 'text')).toBe(
    '{"a":"see API/b"}',
  )
  expect(await replayed(`${ORIGIN}/a`, 'application/octet-stream', 'text')).toBe(`${ORIGIN}/a`)
})

test('false rewrites nothing, in headers neither', async () => {
  expect(await replayed(`"${ORIGIN}/a"`, JSON_TYPE, false)).toBe(`"${ORIGIN}/a"`)
  const replyHeaders = { location: `${ORIGIN}/b` }
  const api = await startRecorded([{ url: '/a', status: 302, replyHeaders }], {
    rewriteUrls: false,
  })
  const { headers } = await fetch(`${api.url}/a`, { redirect: 'manual' })
  expect(headers.get('location')).toBe(`${ORIGIN}/b`)
})

async function headersOf(replyHeaders: Record<string, string>): Promise<[Headers, MockApi]> {
  const api = await startRecorded([{ url: '/x', status: 201, replyHeaders }])
  const { headers } = await fetch(`${api.url}/x`, { redirect: 'manual' })
  return [headers, api]
}

test('Location, Content-Location and Link are rewritten, no other header', async () => {
  const [headers, { url }] = await headersOf({
    Location: `${ORIGIN}/made/1`,
    'Content-Location': ORIGIN,
    Link: `<${ORIGIN}/x?page=2>; rel="next", <https://cdn.test/y>; rel="alternate", < ${ORIGIN}/>; rel="last"`,
    'X-Url': `${ORIGIN}/x`,
  })
  expect(headers.get('location')).toBe(`${url}/made/1`)
  expect(headers.get('content-location')).toBe(url)
  expect(headers.get('link')).toBe(
    `<${url}/x?page=2>; rel="next", <https://cdn.test/y>; rel="alternate", < ${url}/>; rel="last"`,
  )
  expect(headers.get('x-url')).toBe(`${ORIGIN}/x`)
})

test('URLs without a scheme are rewritten in headers', async () => {
  const [headers, { url }] = await headersOf({
    location: '//api.test/next?a=1',
    'content-location': '//API.test:443',
    link: '<//api.test/x>; rel="next", < //api.test:443/y>; rel="last", <//cdn.test/z>; rel="icon"',
  })
  expect(headers.get('location')).toBe(`${url}/next?a=1`)
  expect(headers.get('content-location')).toBe(url)
  expect(headers.get('link')).toBe(
    `<${url}/x>; rel="next", < ${url}/y>; rel="last", <//cdn.test/z>; rel="icon"`,
  )
})

test.for([
  '//api.test.evil.com/',
  '//api.test:8443/x',
  '///api.test/x',
  'api.test/x',
  'http://api.test/x',
  '/x//api.test/y',
  '/made/1',
  'https://api.test.evil.com/',
  'https://api.test:8443/',
  `https://login.test/?back=${ORIGIN}/x`,
])('Location: %s stays', async (location) => {
  const [headers] = await headersOf({ location })
  expect(headers.get('location')).toBe(location)
})

test('a redirect is replayed as one, and leads to another mock', async () => {
  const recording = await writeRecording([
    { url: '/start', status: 302, replyHeaders: { location: `${AUTH}/login` } },
    { url: `${AUTH}/login`, status: 307, replyHeaders: { location: `${ORIGIN}/back?ok=1` } },
    { url: '/back?ok=1', reply: 'welcome' },
  ])
  const { apis } = await startMocks({
    api: { recording, upstream: ORIGIN },
    auth: { recording, upstream: AUTH },
  })
  const response = await fetch(`${apis.api.url}/start`)
  expect(response.url).toBe(`${apis.api.url}/back?ok=1`)
  expect(await response.text()).toBe('welcome')
  expect(apis.auth.exchanges.map(({ response: sent }) => sent?.status)).toEqual([307])
})

function page(number: number): Recorded {
  return {
    url: `/items?page=${number}`,
    reply: [{ id: number, url: `${ORIGIN}/items/${number}` }],
    replyHeaders: {
      'content-type': JSON_TYPE,
      ...(number < 3 && { link: `<${ORIGIN}/items?page=${number + 1}>; rel="next"` }),
    },
  }
}

test('a client that follows Link: rel="next" reads all pages from the mock', async () => {
  const api = await startRecorded([page(1), page(2), page(3)])
  const items: unknown[] = []
  let next: string | undefined = `${api.url}/items?page=1`
  while (next !== undefined) {
    const response: Response = await fetch(next)
    items.push(...((await response.json()) as unknown[]))
    next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
  }
  expect(items).toEqual([1, 2, 3].map((id) => ({ id, url: `${api.url}/items/${id}` })))
  expect(api.exchanges.map(({ outcome }) => outcome)).toEqual(['replayed', 'replayed', 'replayed'])
})

test('bodies of handlers are never touched; where their replies lead, they lead back', async () => {
  const recorded: Recorded[] = [{ url: '/y', reply: { url: `${ORIGIN}/y` } }]
  const api = await startRecorded(recorded, {
    rewriteUrls: 'text',
    handlers: [
      http.get('/x', () =>
        HttpResponse.json({ url: `${ORIGIN}/x` }, { headers: { location: `${ORIGIN}/x` } }),
      ),
    ],
  })
  const mocked = await fetch(`${api.url}/x`)
  expect(mocked.headers.get('location')).toBe(`${api.url}/x`)
  expect(await mocked.json()).toEqual({ url: `${ORIGIN}/x` })
  expect(await (await fetch(`${api.url}/y`)).json()).toEqual({ url: `${api.url}/y` })
})

test.for(['links', 'text'] as const)(
  'a part of a body is never rewritten, its headers are: %s',
  async (rewriteUrls) => {
    const replyHeaders = {
      'content-type': JSON_TYPE,
      'content-range': 'bytes 0-24/90',
      'content-location': `${ORIGIN}/x`,
    }
    const api = await startRecorded(
      [{ url: '/x', status: 206, reply: `{"url":"${ORIGIN}/a"}`, replyHeaders }],
      { rewriteUrls },
    )
    const response = await fetch(`${api.url}/x`)
    expect(await response.text()).toBe(`{"url":"${ORIGIN}/a"}`)
    expect(response.headers.get('content-location')).toBe(`${api.url}/x`)
  },
)

test('each set rewrites to its own ports', async () => {
  const recording = await writeRecording([{ url: '/x', reply: { url: `${ORIGIN}/x` } }])
  const definitions = { api: { recording, upstream: ORIGIN } }
  const [one, two] = await Promise.all([startMocks(definitions), startMocks(definitions)])
  for (const { apis } of [one, two, one]) {
    expect(await (await fetch(`${apis.api.url}/x`)).json()).toEqual({ url: `${apis.api.url}/x` })
  }
})
