import { http as msw, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'
import type { Exchange, MockApi } from '../../src/index.ts'
import { connect, message } from '../support/raw-client.ts'
import { createProject } from '../support/project.ts'
import { startMocks } from '../support/start.ts'
import { controlledBody } from '../wire/chunks.ts'
import { startApi } from '../wire/start-api.ts'

const any = msw.all('*', () => HttpResponse.text('ok'))

async function ask(api: MockApi, target: string, init: RequestInit = {}): Promise<void> {
  await (await fetch(api.url + target, init)).text()
}

/** What became of a promise so far. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  const settled = promise.then(
    () => 'resolved',
    () => 'rejected',
  )
  await new Promise(setImmediate)
  return Promise.race([settled, 'pending'])
}

test('gives the first exchange that is there already', async () => {
  const api = await startApi([any])
  await ask(api, '/users/1')
  await ask(api, '/users/2')
  expect(await api.waitFor('get', '/users/:id')).toBe(api.exchanges[0])
  expect(await api.waitFor('GET', /2$/, { timeout: 0 })).toBe(api.exchanges[1])
  expect(await api.waitFor('GET')).toBe(api.exchanges[0])
})

test('gives the next one, to all who wait for it, and to no others', async () => {
  const { apis } = await startMocks({ one: { handlers: [any] }, two: { handlers: [any] } })
  const waiting = [apis.one.waitFor('POST', '/b'), apis.one.waitFor('POST')]
  const others = [apis.one.waitFor('PUT'), apis.two.waitFor('POST', '/b')]
  await ask(apis.two, '/a', { method: 'POST' })
  await ask(apis.one, '/b')
  await ask(apis.one, '/b', { method: 'POST' })
  const [exchange] = apis.one.exchanges.slice(-1)
  expect(await Promise.all(waiting)).toEqual([exchange, exchange])
  expect(await Promise.all(others.map(stateOf))).toEqual(['pending', 'pending'])
  await ask(apis.one, '/', { method: 'PUT' })
  await ask(apis.two, '/b', { method: 'POST' })
  expect(await Promise.all(others)).toEqual([apis.one.exchanges.at(-1), apis.two.exchanges.at(-1)])
})

test('an exchange is waited for until its reply has ended', async () => {
  const stream = controlledBody()
  const api = await startApi([msw.get('/stream', () => new HttpResponse(stream.body)), any])
  const waiting = api.waitFor('GET', '/stream')
  const response = await fetch(`${api.url}/stream`)
  expect(api.exchanges).toHaveLength(1)
  const later = api.waitFor('GET', '/stream')
  stream.send('text')
  expect(await Promise.all([waiting, later].map(stateOf))).toEqual(['pending', 'pending'])
  stream.close()
  expect(await response.text()).toBe('text')
  const exchange = await waiting
  expect(await later).toBe(exchange)
  expect(exchange.response?.text()).toBe('text')
})

let reached = Promise.withResolvers<void>()

test.for<[string, Exchange['outcome'], (api: MockApi) => Promise<unknown>]>([
  ['a connection that is dropped', 'mocked', (api) => fetch(`${api.url}/drop`).catch(() => {})],
  ['a request that nothing answers', 'unhandled', (api) => fetch(`${api.url}/nowhere`)],
  [
    'a client that leaves',
    'aborted',
    async (api) => {
      const client = await connect(api.port)
      client.send(message('GET /hang'))
      await reached.promise
      client.socket.destroy()
    },
  ],
])('%s completes its exchange', async ([, outcome, act]) => {
  reached = Promise.withResolvers()
  const api = await startApi(
    [
      msw.get('/drop', () => HttpResponse.error()),
      msw.get('/hang', () => {
        reached.resolve()
        return new Promise(() => {})
      }),
    ],
    { onUnhandled: 'ignore' },
  )
  const waiting = api.waitFor('GET')
  await act(api)
  expect(await waiting).toMatchObject({ outcome })
})

test('goes on through reset(), and sees nothing of what was before it', async () => {
  const gate = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  const api = await startApi([
    msw.get('/held', async () => {
      arrived.resolve()
      await gate.promise
      return HttpResponse.text('ok')
    }),
    any,
  ])
  const waiting = api.waitFor('GET')
  const held = fetch(`${api.url}/held`)
  await arrived.promise
  api.reset()
  gate.resolve()
  await (await held).text()
  expect(await stateOf(waiting)).toBe('pending')
  await ask(api, '/new')
  expect((await waiting).request.path).toBe('/new')
})

test('fails after its timeout with what came instead', async () => {
  const api = await startApi([any])
  await ask(api, '/user/octocat')
  const error = await api.waitFor('GET', '/users/octocat', { timeout: 20 }).catch((one) => one)
  expect(error).toMatchObject({
    name: 'MockberthError',
    code: 'NOT_RECEIVED',
    message: `\
api has not received GET /users/octocat within 20 ms.

The nearest is number 1:
  path: expected /users/octocat, received /user/octocat

It has received:
  1. GET /user/octocat (200, mocked)`,
  })
  expect(error.stack).toContain('wait-for.test.ts')
})

test('says when only the end of a reply is missing', async () => {
  const stream = controlledBody()
  const api = await startApi([msw.get('/stream', () => new HttpResponse(stream.body))])
  const response = await fetch(`${api.url}/stream`)
  await expect(api.waitFor('GET', '/stream', { timeout: 0 })).rejects.toThrow(
    'api has received GET /stream, but its reply had not ended within 0 ms:\n  1. GET /stream (200, mocked)',
  )
  stream.close()
  await response.text()
})

test('keeps real time when a test fakes its timers', async () => {
  const api = await startApi([any])
  vi.useFakeTimers()
  try {
    await expect(api.waitFor('GET', '/', { timeout: 1 })).rejects.toThrow('within 1 ms')
  } finally {
    vi.useRealTimers()
  }
})

test('ends with the set', async () => {
  const running = await startMocks({ one: { handlers: [any] } })
  const { one } = running.apis
  await ask(one, '/a')
  const waiting = one.waitFor('GET', '/b').catch((error: unknown) => error)
  await one.stop()
  expect(await stateOf(waiting)).toBe('pending')
  await running.stop()
  const stopped = {
    name: 'MockberthError',
    code: 'STOPPED',
    message: `the mocks that had port ${one.port} have been stopped; start the declaration again for new ones.`,
  }
  expect(await waiting).toMatchObject(stopped)
  expect(await one.waitFor('GET', '/b').catch((error: unknown) => error)).toMatchObject(stopped)
  expect(await one.waitFor('GET', '/a')).toBe(one.exchanges[0])
})

test('keeps a process alive until its timeout, and no longer', async () => {
  const project = createProject({
    'script.js': `
      import { defineMocks } from 'mockberth'
      const running = await defineMocks({ one: {} }).start()
      const wait = (timeout) =>
        running.apis.one.waitFor('GET', '/', { timeout }).catch(({ code }) => console.log(code))
      await wait(20)
      const waiting = wait(3_600_000)
      await running.stop()
      await waiting`,
  })
  expect(await project.run('node', ['script.js'])).toMatchObject({
    code: 0,
    output: 'NOT_RECEIVED\nSTOPPED\n',
  })
})

test.for<[readonly unknown[], string, string]>([
  [[], 'INVALID_OPTION', "waitFor(): method got undefined; it takes a method such as 'GET'."],
  [
    ['GET', 'users'],
    'INVALID_OPTION',
    `waitFor(): path got "users"; it takes a path such as '/users/:id', or a regular expression.`,
  ],
  [
    ['GET', '/a?b'],
    'INVALID_OPTION',
    'waitFor(): path got "/a?b"; it takes a path without a query; see exchange.request.query for that.',
  ],
  [['GET', '/', 100], 'INVALID_OPTION', 'waitFor(): the options got 100; it takes an object.'],
  [['GET', '/', { time: 1 }], 'UNKNOWN_OPTION', 'waitFor() has no option "time"; it has timeout.'],
  ...[-1, 1.5, 3_600_001, '100', Number.NaN].map((timeout): [unknown[], string, string] => [
    ['GET', '/', { timeout }],
    'INVALID_OPTION',
    `waitFor(): timeout got ${typeof timeout === 'number' ? timeout : JSON.stringify(timeout)}; it takes a number of milliseconds, from 0 to 3600000 (one hour).`,
  ]),
])('waitFor(...%j) is refused', async ([args, code, text]) => {
  const api = await startApi([any])
  const waitFor = api.waitFor as (...args: readonly unknown[]) => Promise<unknown>
  const error = await waitFor(...args).catch((one: unknown) => one)
  expect(error).toMatchObject({ name: 'MockberthError', code, message: text })
})
