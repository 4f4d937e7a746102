import { http, HttpResponse, passthrough, sse, type RequestHandler } from 'msw'
import { graphql } from 'msw/graphql'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { MockApi, MockberthError, RunningMocks, UnusedPolicy } from '../../src/index.ts'
import { startMocks } from '../support/start.ts'

const hello = http.get('/hello', () => HttpResponse.text('hello'))
const other = http.get('/other', () => HttpResponse.text('other'))

async function startUnused(
  unused: UnusedPolicy,
): Promise<{ running: RunningMocks; one: MockApi; get(path: string): Promise<Response> }> {
  const running = await startMocks({ one: { handlers: [hello], unused } })
  const { one } = running.apis
  return { running, one, get: (path) => fetch(one.url + path) }
}

/** What `verify()` throws, with the place of each `use()` as the line of this file that has it. */
function verified(running: RunningMocks): { code: string; message: string } {
  try {
    running.verify()
  } catch (error) {
    const { code, message } = error as MockberthError
    return { code, message: message.replaceAll('test/mocks/unused.test.ts:', 'this file:') }
  }
  throw new Error('verify() threw nothing')
}

const ADVICE = 'Take them out, or put them among the declared handlers, which may go unused.'

test('verify() names overrides that never ran, and where they were given', async () => {
  const { running, one, get } = await startUnused('fail')
  for (let time = 0; time < 2; time++) one.use(other)
  one.use(http.get('/used', () => HttpResponse.text('used')))
  await get('/used')
  const { code, message } = verified(running)
  expect(code).toBe('UNUSED_OVERRIDE')
  expect(message.replace(/this file:\d+:\d+/, 'this file:LINE')).toBe(
    `Overrides that never ran:

Unused override of one: GET /other (this file:LINE)
one received 1 request after it was given, 1 answered first by another override: GET /used.
(2 times)

${ADVICE}`,
  )
})

test('the place of an override is that of use(), not that of its handler', async () => {
  const { running, one } = await startUnused('fail')
  const { stack } = new Error('the line above use()')
  one.use(other)
  const [, line] = /unused\.test\.ts:(\d+):\d+/.exec(stack!)!
  expect(verified(running).message).toContain(`GET /other (this file:${Number(line) + 1}:7)\n`)
})

test.for<[reason: string, run: (one: MockApi, get: (path: string) => Promise<unknown>) => unknown]>(
  [
    ['one received no request after it was given.', (one) => one.use(other)],
    [
      'one received no request after it was given.',
      async (one, get) => {
        await get('/hello')
        one.use(other)
      },
    ],
    [
      'one received 1 request after it was given, none that it matches.',
      async (one, get) => {
        one.use(other)
        await get('/hello')
      },
    ],
    [
      'one received 2 requests after it was given, none that it matches.',
      async (one, get) => {
        one.use(other)
        await get('/hello')
        await fetch(`${one.url}/hello`, { method: 'HEAD' })
      },
    ],
    [
      'one received 4 requests after it was given, 3 answered first by another override: ALL /other, HEAD /hello.',
      async (one, get) => {
        one.use(other)
        one.use(
          http.all('/other', () => HttpResponse.text('all')),
          http.head('/hello', () => HttpResponse.text('')),
        )
        await Promise.all([get('/other'), get('/hello'), get('/other')])
        await fetch(`${one.url}/hello`, { method: 'HEAD' })
      },
    ],
    [
      'one received 1 request after it was given, 1 still being answered.',
      async (one, get) => {
        const arrived = Promise.withResolvers<void>()
        one.use(other)
        one.use(
          http.get('/other', () => {
            arrived.resolve()
            return new Promise(() => {})
          }),
        )
        get('/other').catch(() => {})
        await arrived.promise
      },
    ],
  ],
)('says why it did not run: %s', async ([reason, run]) => {
  const { running, one, get } = await startUnused('fail')
  await run(one, get)
  expect(verified(running).message.split('\n')[3]).toBe(reason)
})

const ask = (body: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: body }),
})

test.for<[name: string, make: () => RequestHandler, init?: RequestInit]>([
  ['answers', () => http.get('/x', () => HttpResponse.text('x'))],
  ['answers once', () => http.get('/x', () => HttpResponse.text('x'), { once: true })],
  ['answers a HEAD', () => http.get('/x', () => HttpResponse.text('x')), { method: 'HEAD' }],
  ['returns nothing', () => http.get('/x', () => {})],
  ['passes it on', () => http.get('/x', () => passthrough())],
  ['drops it', () => http.get('/x', () => HttpResponse.error())],
  [
    'throws',
    () =>
      http.get('/x', () => {
        throw new Error('oh no')
      }),
  ],
  [
    'is a generator',
    () =>
      http.get('/x', function* steps() {
        yield HttpResponse.text('first')
        return HttpResponse.text('last')
      }),
  ],
  [
    'is one of GraphQL',
    () => graphql.link('/x').query('User', () => HttpResponse.json({ data: {} })),
    ask('query User { user }'),
  ],
  [
    'sends events',
    () => sse('/x', ({ client }) => client.close()),
    { headers: { accept: 'text/event-stream' } },
  ],
])('an override that %s has run', async ([, make, init]) => {
  // MSW wants to see that the environment knows server-sent events; it does not use this.
  vi.stubGlobal('EventSource', EventTarget)
  onTestFinished(() => void vi.unstubAllGlobals())
  const running = await startMocks({ one: { unused: 'fail', onUnhandled: 'ignore' } })
  running.apis.one.use(make())
  const response = await fetch(`${running.apis.one.url}/x`, init).catch(() => undefined)
  await response?.text()
  expect(() => running.verify()).not.toThrow()
})

test('an override has run when its resolver was called, whether or not it has answered', async () => {
  const { running, one, get } = await startUnused('fail')
  const arrived = Promise.withResolvers<void>()
  one.use(
    http.get('/x', () => {
      arrived.resolve()
      return new Promise(() => {})
    }),
  )
  get('/x').catch(() => {})
  await arrived.promise
  expect(() => running.verify()).not.toThrow()
})

test('a handler that is given twice is two overrides; reset() forgets them all', async () => {
  const { running, one, get } = await startUnused('fail')
  const once = http.get('/x', () => HttpResponse.text('x'), { once: true })
  one.use(once)
  one.use(once)
  await get('/x')
  expect(verified(running).message.match(/Unused override/g)).toHaveLength(1)
  one.reset()
  expect(() => running.verify()).not.toThrow()
  one.use(once)
  expect(() => running.verify()).toThrow('Unused override of one: GET /x')
  running.reset()
  expect(() => running.verify()).not.toThrow()
})

test('verify() tells unhandled requests first: they say more', async () => {
  const { running, one, get } = await startUnused('fail')
  one.use(other)
  await get('/othre')
  expect(verified(running).code).toBe('UNHANDLED_REQUEST')
})

test.for<UnusedPolicy>(['warn', 'ignore'])("with '%s', a script hears nothing", async (unused) => {
  const warn = vi.spyOn(console, 'warn')
  onTestFinished(() => warn.mockRestore())
  const { running, one } = await startUnused(unused)
  one.use(other)
  expect(() => running.verify()).not.toThrow()
  await running.stop()
  expect(warn).not.toHaveBeenCalled()
})
