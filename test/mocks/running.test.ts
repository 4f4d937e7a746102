import { http, HttpResponse } from 'msw'
import { expect, onTestFinished, test, vi } from 'vitest'
import { defineMocks, type UnhandledPolicy } from '../../src/index.ts'
import { portsOf } from '../support/listeners.ts'
import { startMocks } from '../support/start.ts'

const hello = http.get('/hello', () => HttpResponse.text('hello'))

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text()
}

test('answers on 127.0.0.1, on ::1 and under localhost, at one port', async () => {
  const { apis } = await startMocks({ one: { handlers: [hello] } })
  const { port, url, hostname } = apis.one
  expect({ url, hostname }).toEqual({ url: `http://127.0.0.1:${port}`, hostname: '127.0.0.1' })
  expect(portsOf(process.pid)).toEqual([port, port])
  for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
    expect(await textOf(`http://${host}:${port}/hello`)).toBe('hello')
  }
})

test('an API can go down and come back on the same port', async () => {
  const { apis } = await startMocks({ one: { handlers: [hello] }, two: { handlers: [hello] } })
  const { one, two } = apis
  await textOf(`${one.url}/hello`)
  for (let round = 0; round < 3; round++) {
    await one.stop()
    expect(portsOf(process.pid)).not.toContain(one.port)
    for (const host of ['127.0.0.1', '[::1]']) {
      const refused = await fetch(`http://${host}:${one.port}/hello`).catch((error) => error)
      expect(refused.cause.code).toBe('ECONNREFUSED')
    }
    expect(await textOf(`${two.url}/hello`)).toBe('hello')
    await one.start()
    expect(await textOf(`${one.url}/hello`)).toBe('hello')
    expect(await textOf(`http://[::1]:${one.port}/hello`)).toBe('hello')
  }
  expect(one.exchanges).toHaveLength(7)
})

test('going down cuts what is under way; up and down may be said twice', async () => {
  const reached = Promise.withResolvers<void>()
  const { apis } = await startMocks({
    one: {
      handlers: [
        http.get('/slow', () => {
          reached.resolve()
          return new Promise(() => {})
        }),
        hello,
      ],
    },
  })
  const slow = fetch(`${apis.one.url}/slow`).catch((error) => error.cause.code)
  await reached.promise
  await Promise.all([apis.one.stop(), apis.one.stop()])
  expect(['ECONNRESET', 'UND_ERR_SOCKET']).toContain(await slow)
  await Promise.all([apis.one.start(), apis.one.start()])
  expect(await textOf(`${apis.one.url}/hello`)).toBe('hello')
})

test('an API of a stopped set does not come back', async () => {
  const running = await startMocks({ one: {} })
  await Promise.all([running.apis.one.stop(), running.apis.one.start(), running.stop()])
  expect(portsOf(process.pid)).toEqual([])
  await expect(running.apis.one.start()).rejects.toMatchObject({ code: 'STOPPED' })
  expect(portsOf(process.pid)).toEqual([])
})

test('use() answers first, newest first, until reset()', async () => {
  const running = await startMocks({ one: { handlers: [hello] } })
  const { one } = running.apis
  one.use(http.get('/hello', () => HttpResponse.text('first')))
  one.use(
    http.get('/hello', () => HttpResponse.text('second'), { once: true }),
    http.get('/hello', () => HttpResponse.text('third')),
  )
  const url = `${one.url}/hello`
  expect([await textOf(url), await textOf(url)]).toEqual(['second', 'third'])
  running.reset()
  expect(one.exchanges).toEqual([])
  expect(await textOf(url)).toBe('hello')
})

test('use() names what is no handler, and keeps what was there', async () => {
  const { apis } = await startMocks({ one: { handlers: [hello] } })
  expect(() => apis.one.use(hello, 'x' as never)).toThrow(
    'apis.one.use(): handler number 2 is string, not an MSW request handler (http.get(…), graphql.query(…)).',
  )
  expect(await textOf(`${apis.one.url}/hello`)).toBe('hello')
})

test('reset() of one API leaves the others', async () => {
  const { apis } = await startMocks({ one: {}, two: {} })
  for (const api of [apis.one, apis.two]) {
    api.use(hello)
    await textOf(`${api.url}/hello`)
  }
  apis.one.reset()
  expect(apis.one.exchanges).toHaveLength(0)
  expect(apis.two.exchanges).toHaveLength(1)
  expect((await fetch(`${apis.one.url}/hello`)).status).toBe(501)
  expect((await fetch(`${apis.two.url}/hello`)).status).toBe(200)
})

test('handlers are made once for each server, so what they remember is its own', async () => {
  const mocks = defineMocks({
    counter: {
      handlers: () => {
        let count = 0
        return [http.get('/count', () => HttpResponse.text(String(++count)))]
      },
    },
  })
  const sets = await Promise.all([mocks.start(), mocks.start()])
  onTestFinished(async () => {
    await Promise.all(sets.map((set) => set.stop()))
  })
  const [a, b] = sets.map(({ apis }) => `${apis.counter.url}/count`)
  expect([await textOf(a!), await textOf(a!), await textOf(b!)]).toEqual(['1', '2', '1'])
})

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

test('an onUnhandled function that throws or returns nonsense is a 500 that says so', async () => {
  const { apis } = await startMocks({
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
})
