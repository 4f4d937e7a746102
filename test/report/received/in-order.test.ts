import { expect, test } from 'vitest'
import type { ReceivedStep } from '../../../src/vitest/index.ts'
import { apiAsked, failureOf } from './failure.ts'

const ASKED = [
  ['/login', { method: 'POST', body: '{"user":"mona"}' }],
  ['/me'],
  ['/me?full=1'],
  ['/logout', { method: 'POST' }],
] as const

test.for<[string, ReceivedStep[], boolean]>([
  [
    'all',
    [
      ['POST', '/login'],
      ['GET', '/me'],
      ['GET', '/me'],
      ['POST', '/logout'],
    ],
    true,
  ],
  ['some', [['post', /log/], ['POST']], true],
  ['one', [['GET', '/me', { query: { full: 1 } }]], true],
  [
    'the other way round',
    [
      ['POST', '/logout'],
      ['POST', '/login'],
    ],
    false,
  ],
  [
    'more often',
    [
      ['GET', '/me'],
      ['GET', '/me'],
      ['GET', '/me'],
    ],
    false,
  ],
  [
    'with details',
    [
      ['POST', '/login', { body: { user: expect.any(String) } }],
      ['GET', '/me', { query: { full: '1' } }],
    ],
    true,
  ],
  [
    'with others',
    [
      ['POST', '/login', { body: { user: 'lisa' } }],
      ['GET', '/me'],
    ],
    false,
  ],
])('%s', async ([, steps, isSo]) => {
  const api = await apiAsked(ASKED)
  expect(failureOf(() => expect(api).toHaveReceivedInOrder(steps)) === undefined).toBe(isSo)
  expect(failureOf(() => expect(api).not.toHaveReceivedInOrder(steps)) === undefined).toBe(!isSo)
})

test('the first that is missing is named, with what came instead', async () => {
  const api = await apiAsked(ASKED)
  const failure = failureOf(() =>
    expect(api).toHaveReceivedInOrder([
      ['POST', '/login'],
      ['GET', '/me', { query: { full: true } }],
      ['POST', '/logout'],
    ]),
  )
  expect(failure).toBe(`\
api has not received this in order:
  POST /login: number 1
  GET /me with query {"full": true}: missing after number 1
  POST /logout

The nearest is number 3:
  query full: expected "true", received "1"

It has received after number 1:
  2. GET /me (200, mocked)
  3. GET /me?full=1 (200, mocked)
  4. POST /logout (200, mocked)`)
})

test('one that came too early is named', async () => {
  const api = await apiAsked(ASKED)
  const failure = failureOf(() =>
    expect(api).toHaveReceivedInOrder([
      ['POST', '/logout'],
      ['POST', '/login'],
    ]),
  )
  expect(failure).toBe(`\
api has not received this in order:
  POST /logout: number 4
  POST /login: missing after number 4; number 1 was too early

It has received nothing after number 4.`)
})

test('where the first is missing, there is nothing before it', async () => {
  const api = await apiAsked([])
  expect(
    failureOf(() =>
      expect(api).toHaveReceivedInOrder([
        ['GET', '/a'],
        ['GET', '/b'],
      ]),
    ),
  ).toBe(`\
api has not received this in order:
  GET /a: missing
  GET /b

It has received nothing.`)
})

test('what should not be so is listed', async () => {
  const api = await apiAsked(ASKED)
  expect(failureOf(() => expect(api).not.toHaveReceivedInOrder([['POST'], ['GET', '/me']]))).toBe(`\
api has received this in order, which it should not have:
  POST *: number 1
  GET /me: number 2`)
})

test('a body that was not kept whole passes neither as that nor as another', async () => {
  const api = await apiAsked(ASKED, { maxBody: 4 })
  const steps: ReceivedStep[] = [
    ['POST', '/login', { body: { user: 'mona' } }],
    ['GET', '/me'],
  ]
  const failure = failureOf(() => expect(api).toHaveReceivedInOrder(steps))
  expect(failure).toBe(`\
It cannot be told whether api has received this in order:
  POST /login with body {"user": "mona"}: missing
  GET /me

The nearest is number 1:
  body: the API api: this body has 15 bytes, of which 11 were not kept. Declare a larger maxBody to read it whole, or look at the bytes that were kept in .body.

It has received:
  1. POST /login (200, mocked)
  2. GET /me (200, mocked)
  3. GET /me?full=1 (200, mocked)
  4. POST /logout (200, mocked)`)
  expect(failureOf(() => expect(api).not.toHaveReceivedInOrder(steps))).toBe(failure)
})
