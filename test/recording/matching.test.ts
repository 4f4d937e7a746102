import { expect, test } from 'vitest'
import type { ApiDefinition } from '../../src/index.ts'
import { exchange, message } from '../support/raw-client.ts'
import { startMocks } from '../support/start.ts'
import { ask, ORIGIN, post, startRecorded, writeRecording } from './recorded.ts'

test('method, path and query decide', async () => {
  const api = await startRecorded([
    { url: '/users', reply: 'list' },
    { url: '/users', method: 'POST', body: '{}', reply: 'created' },
    { url: '/users/1', reply: 'one' },
    { url: '/users?page=2', reply: 'second page' },
  ])
  expect(await ask(api, '/users')).toBe('list')
  expect(await ask(api, '/users', post('{}'))).toBe('created')
  expect(await ask(api, '/users/1')).toBe('one')
  expect(await ask(api, '/users?page=2')).toBe('second page')
  expect(await ask(api, '/users/2')).toBe('unhandled')
  expect(await ask(api, '/users/')).toBe('unhandled')
  expect(await ask(api, '/Users')).toBe('unhandled')
  expect(await ask(api, '/users?page=3')).toBe('unhandled')
  expect(await ask(api, '/users', { method: 'DELETE' })).toBe('unhandled')
})

test.for<[recorded: string, sent: string, matches: boolean]>([
  ['/caf%C3%A9', '/caf%c3%a9', true],
  ['/café', '/caf%C3%A9', true],
  ['/a%7Eb', '/a~b', true],
  ['/a:b@c,d', '/a%3Ab%40c%2Cd', true],
  ['/%7Bid%7D', '/{id}', true],
  ['/a%20b', '/a%20b', true],
  ['/a%2Fb', '/a%2fb', true],
  ['/a%2Fb', '/a/b', false],
  ['/a%252Fb', '/a%2Fb', false],
  ['/%2541', '/A', false],
  ['/%2541', '/%41', false],
  ['/a%3Fb', '/a?b', false],
  ['/%E9', '/%E8', false],
  ['/a+b', '/a%20b', false],
  ['/a?x=1', '/a?', false],
  ['/a', '/a?', true],
  ['/a/../b', '/a/../b', true],
  ['/b', '/a/../b', true],
  ['/a/./b/', '/a/x/.././b/.', true],
  ['/a/%2E%2E/b', '/a/%2e%2e/b', true],
  ['/', '/..', true],
  ['/a/..', '/', true],
  ['/a/b/..', '/a/', true],
  ['/a/b/..', '/a', false],
  ['/a//../b', '/a/b', true],
  ['/a..b/.c/...', '/a..b/.c/...', true],
  ['/a/..b', '/b', false],
])('the path recorded as %s, sent as %s: %s', async ([recorded, sent, matches]) => {
  const api = await startRecorded([{ url: recorded, reply: 'recorded' }])
  const { status } = await exchange(api.port, message(`GET ${sent}`))
  expect(status).toBe(matches ? 200 : 501)
})

test.for<[recorded: string, sent: string, matches: boolean]>([
  ['a=1&b=2', 'b=2&a=1', true],
  ['a=1&a=2&b', 'b=&a=2&a=1', true],
  ['a=1&a=1', 'a=1', false],
  ['a=1&a=2', 'a=1&a=1', false],
  ['a=x%20y', 'a=x+y', true],
  ['a=%7e', 'a=~', true],
  ['a=x%26b', 'a=x&b', false],
  ['a=1%3D2', 'a=1=2', true],
  ['a=%E9', 'a=%E8', false],
  ['a=%E9', 'a=%e9', true],
  ['a=é', 'a=%C3%A9', true],
  ['a=1', 'a=2', false],
  ['a=1', 'A=1', false],
])('the query recorded as %s, sent as %s: %s', async ([recorded, sent, matches]) => {
  const api = await startRecorded([{ url: `/x?${recorded}`, reply: 'recorded' }])
  const { status } = await exchange(api.port, message(`GET /x?${sent}`))
  expect(status).toBe(matches ? 200 : 501)
})

test('ignoreQuery leaves parameters out, every time they come', async () => {
  const api = await startRecorded([{ url: '/x?a=1&_=1700000000&é=1', reply: 'recorded' }], {
    match: { ignoreQuery: ['_', 'é'] },
  })
  expect(await ask(api, '/x?_=5&a=1&_=6')).toBe('recorded')
  expect(await ask(api, '/x?a=1&%C3%A9=7')).toBe('recorded')
  expect(await ask(api, '/x?a=1')).toBe('recorded')
  expect(await ask(api, '/x?a=2&_=1700000000')).toBe('unhandled')
  expect(await ask(api, '/x?a=1&__=1')).toBe('unhandled')
})

test('match.headers must agree, in any case of their names', async () => {
  const api = await startRecorded(
    [
      { url: '/x', headers: { 'X-Tenant': 'a' }, reply: 'of a' },
      { url: '/x', headers: { 'X-Tenant': 'b' }, reply: 'of b' },
      { url: '/x', reply: 'of none' },
    ],
    { match: { headers: ['x-tenant'] } },
  )
  expect(await ask(api, '/x', { headers: { 'x-tenant': 'b' } })).toBe('of b')
  expect(await ask(api, '/x', { headers: { 'x-tenant': 'a' } })).toBe('of a')
  expect(await ask(api, '/x')).toBe('of none')
  expect(await ask(api, '/x', { headers: { 'x-tenant': 'c' } })).toBe('unhandled')
  const twice = await exchange(api.port, message('GET /x', ['x-tenant: a', 'x-tenant: b']))
  expect(twice.status).toBe(501)
})

test('values of a header that were joined by newlines agree with lines', async () => {
  const api = await startRecorded([{ url: '/x', headers: { 'X-Tag': '1\n2' }, reply: 'both' }], {
    match: { headers: ['x-tag'] },
  })
  const send = async (...headers: string[]): Promise<number> =>
    (await exchange(api.port, message('GET /x', headers))).status
  expect(await send('x-tag: 1', 'X-Tag: 2')).toBe(200)
  expect(await send('x-tag: 1, 2')).toBe(200)
  expect(await send('x-tag: 2', 'x-tag: 1')).toBe(501)
  expect(await send('x-tag: 1')).toBe(501)
})

test('without match.headers, no header keeps an entry from answering', async () => {
  const headers = { authorization: 'Bearer old', accept: 'application/json' }
  const api = await startRecorded([{ url: '/x', headers, reply: 'recorded' }])
  expect(await ask(api, '/x', { headers: { authorization: 'Bearer new' } })).toBe('recorded')
})

test('the entry that agrees best in what the client negotiates answers, else the first', async () => {
  const api = await startRecorded([
    { url: '/x', headers: { accept: 'text/html' }, reply: 'html' },
    { url: '/x', headers: { accept: 'application/json' }, reply: 'json' },
    { url: '/x', headers: { accept: 'application/json', range: 'bytes=0-3' }, reply: 'part' },
    { url: '/x', headers: { accept: 'application/json', 'accept-language': 'de' }, reply: 'de' },
  ])
  const get = (headers: Record<string, string>): Promise<string> => ask(api, '/x', { headers })
  const language = { 'accept-language': 'de' }
  expect(await get({ accept: 'application/json', ...language })).toBe('de')
  const raw = async (headers: string[]): Promise<string> =>
    String((await exchange(api.port, message('GET /x', headers))).body)
  expect(await raw(['accept: application/json'])).toBe('json')
  expect(await raw(['accept: text/html'])).toBe('html')
  expect(await raw(['Range: bytes=0-3', 'Accept: application/json'])).toBe('part')
  expect(await raw(['range: bytes=0-3'])).toBe('part')
})

test('entries that agree equally well have their turns in the order of the file', async () => {
  const api = await startRecorded([
    { url: '/x', headers: { accept: 'text/html', 'accept-language': 'de' }, reply: 'html' },
    { url: '/x', headers: { accept: 'application/json' }, reply: 'json' },
    { url: '/x', headers: { accept: 'text/html' }, reply: 'html again' },
    { url: '/x', headers: { accept: 'application/json' }, reply: 'json again' },
  ])
  const raw = async (headers: string[]): Promise<string> =>
    String((await exchange(api.port, message('GET /x', headers))).body)
  expect(await raw(['accept: text/plain'])).toBe('json')
  expect(await raw(['accept: text/plain'])).toBe('html again')
  expect(await raw(['accept: application/json'])).toBe('json again')
  expect(await raw(['accept: text/plain'])).toBe('json again')
  expect(await raw(['accept: text/html'])).toBe('html again')
})

test('a change of match takes the same recording', async () => {
  const recording = await writeRecording([{ url: '/x?stamp=1', reply: 'recorded' }])
  const definition: ApiDefinition = { recording, upstream: ORIGIN, onUnhandled: 'ignore' }
  const { apis } = await startMocks({
    strict: definition,
    lenient: { ...definition, match: { ignoreQuery: ['stamp'] } },
  })
  expect(await ask(apis.strict, '/x?stamp=2')).toBe('unhandled')
  expect(await ask(apis.lenient, '/x?stamp=2')).toBe('recorded')
})

test('only the entries of the upstream answer; without one, all do', async () => {
  const recording = await writeRecording([
    { url: 'https://other.test/x', reply: 'other' },
    { url: '/x', reply: 'api' },
    { url: 'https://other.test/y', reply: 'y' },
  ])
  const { apis } = await startMocks({
    one: { recording, upstream: ORIGIN, onUnhandled: 'ignore' },
    all: { recording, onUnhandled: 'ignore' },
  })
  expect(await ask(apis.one, '/x')).toBe('api')
  expect(await ask(apis.one, '/y')).toBe('unhandled')
  expect(await ask(apis.all, '/x')).toBe('other')
  expect(await ask(apis.all, '/y')).toBe('y')
})
