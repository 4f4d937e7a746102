import { http, HttpResponse } from 'msw'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { UnhandledPolicy } from '../../src/index.ts'
import { startMocks } from '../support/start.ts'

const hello = http.get('/hello', () => HttpResponse.text('hello'))

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text()
}

function explanationAt(url: string): string {
  return `Unhandled request to one: GET ${url}

Nearest to it:
  GET /hello
    path segment 1: takes "hello", got "users"
    path segment 2: takes nothing, got "o'brien"

Answer it with a handler: in the declaration, or for one test with
  apis.one.use(http.get('/users/o\\'brien', () => HttpResponse.json({})))`
}

test('of very many unhandled requests the first are listed, and the others counted', async () => {
  const running = await startMocks({ one: {}, two: {} })
  const { one, two } = running.apis
  for (let n = 0; n < 3; n++) {
    for (let path = 0; path < 130; path++) await textOf(`${one.url}/${path}`)
  }
  await textOf(`${two.url}/late`)
  const message = messageOf(() => running.verify())
  const sections = message.split(/^(?=Unhandled request to|Other unhandled requests to)/m).slice(1)
  const listed = sections.map((text) => text.split('\n', 1)[0])
  expect(listed).toEqual([
    ...Array.from({ length: 100 }, (_, path) => `Unhandled request to one: GET ${one.url}/${path}`),
    'Other unhandled requests to one, which are too many to list',
    'Other unhandled requests to two, which are too many to list',
  ])
  const counts = sections.map((text) => /^\((\d+) times\)$/m.exec(text)?.[1])
  expect(counts).toEqual([...Array.from({ length: 100 }, () => '3'), '90', undefined])
  one.reset()
  expect(
    messageOf(() => running.verify())
      .split('\n\n')
      .slice(1),
  ).toEqual(['Other unhandled requests to two, which are too many to list'])
})

function messageOf(act: () => void): string {
  try {
    act()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test('an unhandled request gets a 501 that explains it, and verify() says the same', async () => {
  const running = await startMocks({ one: { handlers: [hello] } })
  expect(() => running.verify()).not.toThrow()
  const url = `${running.apis.one.url}/users/o'brien?page=2`
  const explanation = explanationAt(url)
  const response = await fetch(url)
  expect(response.status).toBe(501)
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(await response.text()).toBe(`mockberth: ${explanation}\n`)
  await fetch(url)
  expect(() => running.verify()).toThrow(
    expect.objectContaining({
      name: 'MockberthError',
      code: 'UNHANDLED_REQUEST',
      message: `Requests that nothing answered:\n\n${explanation}\n(2 times)`,
    }),
  )
  running.reset()
  expect(() => running.verify()).not.toThrow()
})

test.each(['/favicon.ico', '/robots.txt', '/logo.png', '/.well-known/security.txt', '/health'])(
  'a request for %s is unhandled like any other',
  async (path) => {
    const running = await startMocks({ one: { handlers: [hello] } })
    const url = running.apis.one.url + path
    expect((await fetch(url)).status).toBe(501)
    expect(() => running.verify()).toThrow(`Unhandled request to one: GET ${url}\n`)
  },
)

test('onUnhandled decides what an unhandled request means', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const seen: string[] = []
  const policy = (request: { path: string }): UnhandledPolicy => {
    seen.push(request.path)
    return request.path === '/ok' ? 'ignore' : 'fail'
  }
  const running = await startMocks({
    warns: { onUnhandled: 'warn' },
    ignores: { onUnhandled: 'ignore' },
    decides: { onUnhandled: policy },
  })
  const { warns, ignores, decides } = running.apis
  const urls = [`${warns.url}/w`, `${ignores.url}/i`, `${decides.url}/ok`]
  for (const url of urls) expect((await fetch(url)).status).toBe(501)
  expect(() => running.verify()).not.toThrow()
  expect(warn.mock.calls).toEqual([
    [expect.stringContaining(`mockberth: Unhandled request to warns: GET ${warns.url}/w\n`)],
  ])
  await fetch(`${decides.url}/bad`)
  expect(seen).toEqual(['/ok', '/bad'])
  expect(() => running.verify()).toThrow(`Unhandled request to decides: GET ${decides.url}/bad`)
})

test('a handler that fails is held against who asks as a request that nothing answers is', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const broken = http.get('/broken', () => {
    throw new Error('my bug')
  })
  const { apis, verify } = await startMocks({
    warns: { handlers: [broken], onUnhandled: 'warn' },
    ignores: { handlers: [broken], onUnhandled: 'ignore' },
    fails: { handlers: [broken] },
  })
  for (const { url } of [apis.warns, apis.ignores]) await textOf(`${url}/broken`)
  expect(warn.mock.calls).toEqual([
    [
      expect.stringMatching(
        /^mockberth: Unanswered request to warns: GET \/broken\n\nthe handler GET \/broken .*failed:\n\nError: my bug\n/,
      ),
    ],
  ])
  expect(verify).not.toThrow()
  expect((await fetch(`${apis.fails.url}/broken`)).status).toBe(500)
  expect(verify).toThrow('Unanswered request to fails: GET /broken\n\nthe handler GET /broken')
})

test('a handler that fails because its client has left is held against nobody', async () => {
  const reached = Promise.withResolvers<void>()
  const thrown = Promise.withResolvers<void>()
  const { apis, verify } = await startMocks({
    api: {
      handlers: [
        http.get('/slow', async ({ request }) => {
          reached.resolve()
          await new Promise((resolve) => request.signal.addEventListener('abort', resolve))
          thrown.resolve()
          throw request.signal.reason
        }),
        hello,
      ],
    },
  })
  const leaving = new AbortController()
  const asked = fetch(`${apis.api.url}/slow`, { signal: leaving.signal }).catch(() => 'left')
  await reached.promise
  leaving.abort()
  expect(await asked).toBe('left')
  await thrown.promise
  await textOf(`${apis.api.url}/hello`)
  expect(apis.api.exchanges.map(({ outcome }) => outcome)).toEqual(['aborted', 'mocked'])
  expect(verify).not.toThrow()
})

test('an onUnhandled function that throws or returns nonsense is a 500 that says so', async () => {
  const { apis, verify } = await startMocks({
    throws: {
      onUnhandled: () => {
        throw new Error('oh no')
      },
    },
    strange: { onUnhandled: (() => 'error') as never },
  })
  const thrown = await fetch(apis.throws.url)
  expect(thrown.status).toBe(500)
  expect(await thrown.text()).toBe(
    'mockberth: the API throws: onUnhandled threw; mend it, it is called with each unhandled request: oh no\n',
  )
  expect(await textOf(apis.strange.url)).toBe(
    "mockberth: the API strange: onUnhandled got \"error\"; it takes a function that returns 'fail', 'warn' or 'ignore'.\n",
  )
  expect(verify).toThrow('onUnhandled threw; mend it')
})
