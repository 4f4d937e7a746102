import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { exchange, message } from '../support/raw-client.ts'
import { startApi } from '../wire/start-api.ts'

test('an exchange has all that was sent, as it was sent', async () => {
  const api = await startApi([
    http.post('/users/:login', () =>
      HttpResponse.json(
        { ok: true },
        {
          status: 201,
          statusText: 'Made',
          headers: [
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2'],
          ],
        },
      ),
    ),
  ])
  const before = Date.now()
  await exchange(
    api.port,
    message(
      'POST /users/a%20b?x=1&x=2&y=%20',
      ['X-Case: Kept', 'x-twice: 1', 'X-TWICE: 2'],
      '{"a":1}',
    ),
  )
  const after = Date.now()
  expect(api.exchanges).toHaveLength(1)
  const { api: name, request, response, outcome, startedAt, duration, handler } = api.exchanges[0]!
  // All that a snapshot shows.
  expect(Object.keys(api.exchanges[0]!).toSorted()).toEqual([
    'api',
    'handler',
    'outcome',
    'request',
    'response',
  ])

  expect({ name, outcome }).toEqual({ name: 'api', outcome: 'mocked' })
  expect(handler).toMatchObject({ kind: 'handler', label: 'POST /users/:login' })
  expect(startedAt).toBeGreaterThanOrEqual(before - 2)
  expect(startedAt + duration).toBeLessThanOrEqual(after + 2)
  expect(duration).toBeGreaterThan(0)

  expect(request.method).toBe('POST')
  expect(request.target).toBe('/users/a%20b?x=1&x=2&y=%20')
  expect(request.path).toBe('/users/a%20b')
  expect(request.query.getAll('x')).toEqual(['1', '2'])
  expect(request.query.get('y')).toBe(' ')
  expect(request.rawHeaders.join('|')).toBe(
    'Host|127.0.0.1|X-Case|Kept|x-twice|1|X-TWICE|2|content-length|7',
  )
  expect(request.headers.get('X-Twice')).toBe('1, 2')
  expect(Buffer.from(request.body).toString()).toBe('{"a":1}')
  expect(request).toMatchObject({ size: 7, cut: 0 })
  expect([request.text(), request.json()]).toEqual(['{"a":1}', { a: 1 }])

  expect(response).toMatchObject({ status: 201, statusText: 'Made', size: 11, cut: 0 })
  expect(response?.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(response?.rawHeaders).toContain('set-cookie')
  expect(response?.headers.get('content-type')).toBe('application/json')
  expect(response?.headers.get('content-length')).toBe('11')
  expect(Buffer.from(response!.body).toString()).toBe('{"ok":true}')
  expect([response?.text(), response?.json()]).toEqual(['{"ok":true}', { ok: true }])
})

test('the duration of an exchange is the time until its reply was sent, and then stays', async () => {
  const api = await startApi([
    http.get('/slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      return new HttpResponse(null)
    }),
  ])
  await fetch(`${api.url}/slow`)
  const { duration } = api.exchanges[0]!
  expect(duration).toBeGreaterThanOrEqual(55)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(api.exchanges[0]?.duration).toBe(duration)
})

test.each([
  ['a handler', '/mocked', { outcome: 'mocked', status: 200, kind: 'handler' }],
  ['an override', '/override', { outcome: 'mocked', status: 200, kind: 'override' }],
  ['nobody', '/other', { outcome: 'unhandled', status: 501, kind: undefined }],
  ['a handler that throws', '/boom', { outcome: 'failed', status: 500, kind: 'handler' }],
])('a request that is answered by %s', async (_, path, expected) => {
  const api = await startApi(
    [
      http.get('/mocked', () => HttpResponse.text('mocked')),
      http.get('/boom', () => {
        throw new Error('boom')
      }),
    ],
    { onUnhandled: 'ignore' },
  )
  api.use(http.get('/override', () => HttpResponse.text('override')))
  const text = await (await fetch(api.url + path)).text()
  const [one] = api.exchanges
  expect({
    outcome: one?.outcome,
    status: one?.response?.status,
    kind: one?.handler?.kind,
  }).toEqual(expected)
  expect(one?.response?.text()).toBe(text)
})

test('an exchange can be shown and compared by a test runner', async () => {
  const api = await startApi([http.get('/hello', () => HttpResponse.text('hello'))])
  await fetch(`${api.url}/hello?a=1`)
  expect(api.exchanges[0]).toMatchObject({
    request: { method: 'GET', target: '/hello?a=1', path: '/hello' },
    response: { status: 200 },
    outcome: 'mocked',
  })
  expect(api.exchanges[0]).not.toMatchObject({ request: { method: 'POST' } })
})
