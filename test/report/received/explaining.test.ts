import { expect, test } from 'vitest'
import { apiAsked, failureOf } from './failure.ts'

const USER = { name: 'mona', id: 7, address: { city: 'Bern', code: 3000 }, tags: ['a', 'b'] }
const ASKED = [
  ['/users/octocat?page=1', { headers: { accept: 'text/html' } }],
  ['/users', { method: 'POST', body: JSON.stringify(USER) }],
  ['/login', { method: 'POST', body: 'user=mona&code=1' }],
  ['/user/lisa'],
] as const

const LIST = `It has received:
  1. GET /users/octocat?page=1 (200, mocked)
  2. POST /users (200, mocked)
  3. POST /login (200, mocked)
  4. GET /user/lisa (200, mocked)`

test('where nothing was received, that is said', async () => {
  const api = await apiAsked([])
  expect(failureOf(() => expect(api).toHaveReceived('get', '/users'))).toBe(
    'api has not received GET /users.\n\nIt has received nothing.',
  )
})

test('the nearest exchange is shown with all that is wrong in it, and a list', async () => {
  const api = await apiAsked(ASKED)
  const failure = failureOf(() =>
    expect(api).toHaveReceived('GET', '/users/:login', {
      query: { page: 2, all: undefined, tag: ['a', expect.any(String)] },
      headers: { Accept: expect.stringContaining('json') },
    }),
  )
  expect(failure).toBe(`\
api has not received GET /users/:login with query {"all": undefined, "page": 2, "tag": ["a", Any<String>]}, headers {"Accept": StringContaining "json"}.

The nearest is number 1:
  query page: expected "2", received "1"
  query tag: expected ["a", Any<String>], received none
  header Accept: expected StringContaining "json", received "text/html"

${LIST}`)
})

test('a wrong value is nearer than none', async () => {
  const api = await apiAsked([['/users/1?page=1&sort=asc'], ['/users/1']])
  const failure = failureOf(() =>
    expect(api).toHaveReceived('GET', '/users/1', { query: { page: 2 } }),
  )
  expect(failure).toContain('The nearest is number 1:\n  query page: expected "2", received "1"')
})

test('a body is shown as a diff, in which only what is wrong differs', async () => {
  const api = await apiAsked(ASKED)
  const failure = failureOf(() =>
    expect(api).toHaveReceived('POST', '/users', {
      body: {
        name: 'Mona',
        id: expect.any(Number),
        address: expect.objectContaining({ city: 'Basel' }),
        tags: expect.arrayContaining(['b']),
      },
    }),
  )
  expect(failure).toBe(`\
api has not received POST /users with body {"address": ObjectContaining {"city": "Basel"}, "id": Any<Number>, "name": "Mona", "tags": ArrayContaining ["b"]}.

The nearest is number 2:
  body:
    - Expected
    + Received

      {
        "address": {
    -     "city": "Basel",
    +     "city": "Bern",
          "code": 3000,
        },
        "id": 7,
    -   "name": "Mona",
    +   "name": "mona",
        "tags": [
          "a",
          "b",
        ],
      }

${LIST}`)
})

test.for<[string, unknown, string]>([
  [
    'text',
    'user=lisa',
    '\n    - Expected\n    + Received\n\n    - user=lisa\n    + user=mona&code=1',
  ],
  ['JSON', { a: 1 }, ' expected {"a": 1}, received text that is not JSON: "user=mona&code=1"'],
  [
    'form fields',
    new URLSearchParams({ user: 'mona', code: '2' }),
    '\n    - Expected\n    + Received\n\n    - code=2\n    + code=1\n      user=mona',
  ],
  [
    'bytes',
    Buffer.from('user=lisa'),
    ' expected 9 bytes (from byte 5 on: 6c697361), received 16 bytes (from byte 5 on: 6d6f6e6126636f64653d31)',
  ],
  [
    'a matcher',
    expect.stringMatching(/lisa/),
    ' expected StringMatching /lisa/, received "user=mona&code=1"',
  ],
])('a body that is expected to be %s', async ([, body, text]) => {
  const api = await apiAsked(ASKED)
  const failure = failureOf(() => expect(api).toHaveReceived('POST', '/login', { body }))
  expect(failure).toContain(`\n\nThe nearest is number 3:\n  body:${text}\n\nIt has received:\n`)
})

test('a body that is not there is none', async () => {
  const api = await apiAsked([['/']])
  expect(failureOf(() => expect(api).toHaveReceived('GET', '/', { body: {} }))).toContain(
    '\n  body: expected {}, received none\n',
  )
})

test.for<[string, string, string]>([
  [
    'GET',
    '/users/lisa',
    'The nearest is number 4:\n  path: expected /users/lisa, received /user/lisa',
  ],
  ['PUT', '/login', 'The nearest is number 3:\n  method: expected PUT, received POST'],
  ['POST', '/users/:login', 'The nearest is number 1:\n  method: expected POST, received GET'],
])('%s %s: the path counts more than the method', async ([method, path, nearest]) => {
  const api = await apiAsked(ASKED)
  expect(failureOf(() => expect(api).toHaveReceived(method, path))).toBe(
    `api has not received ${method} ${path}.\n\n${nearest}\n\n${LIST}`,
  )
})

test('where method and path are others, none is near', async () => {
  const api = await apiAsked(ASKED)
  expect(failureOf(() => expect(api).toHaveReceived('DELETE', /^\/nowhere/))).toBe(
    String.raw`api has not received DELETE /^\/nowhere/.` + `\n\n${LIST}`,
  )
})

test('too many and too few are listed, and of too few the nearest other', async () => {
  const api = await apiAsked(ASKED)
  const matched =
    '\n  1. GET /users/octocat?page=1 (200, mocked)\n  4. GET /user/lisa (200, mocked)'
  expect(failureOf(() => expect(api).toHaveReceived('GET', /user/, { times: 1 }))).toBe(
    `api has received GET /user/ 2 times, not once:${matched}`,
  )
  expect(failureOf(() => expect(api).toHaveReceived('GET', /user/, { times: 0 }))).toBe(
    `api has received GET /user/ 2 times, not 0 times:${matched}`,
  )
  expect(failureOf(() => expect(api).toHaveReceived('GET', /user/, { times: 3 }))).toBe(
    `api has received GET /user/ 2 times, not 3 times:${matched}\n\nThe nearest is number 2:\n  method: expected GET, received POST`,
  )
  expect(failureOf(() => expect(api).toHaveReceived('PUT', '/x', { times: 2 }))).toBe(
    `api has not received PUT /x, which was expected 2 times.\n\n${LIST}`,
  )
})

test('what should not be there is listed', async () => {
  const api = await apiAsked(ASKED)
  expect(failureOf(() => expect(api).not.toHaveReceived('GET', '/users/*'))).toBe(
    'api has received GET /users/* once, which it should not have:\n  1. GET /users/octocat?page=1 (200, mocked)',
  )
  expect(failureOf(() => expect(api).not.toHaveReceived('PUT', '/x', { times: 0 }))).toBe(
    'api has not received PUT /x, which it should have.',
  )
})

const CUT = `\
Number 1 was not kept whole:
  body: the API api: this body has 10 bytes, of which 6 were not kept. Declare a larger maxBody to read it whole, or look at the bytes that were kept in .body.`

test('a body that was not kept whole passes neither as that nor as another', async () => {
  const api = await apiAsked([['/', { method: 'POST', body: '0123456789' }]], { maxBody: 4 })
  const body = { body: '0123456789' }
  const whether = `It cannot be told whether api has received POST / with body "0123456789".\n\n${CUT}`
  expect(failureOf(() => expect(api).toHaveReceived('POST', '/', body))).toBe(whether)
  expect(failureOf(() => expect(api).not.toHaveReceived('POST', '/', body))).toBe(whether)
  for (const times of [0, 1]) {
    expect(failureOf(() => expect(api).toHaveReceived('POST', '/', { ...body, times }))).toBe(
      `It cannot be told how often api has received POST / with body "0123456789".\n\n${CUT}`,
    )
  }
  expect(api).not.toHaveReceived('POST', '/', { ...body, times: 2 })
  expect(api).not.toHaveReceived('POST', '/other', body)
  expect(api).toHaveReceived('POST', '/')
})
