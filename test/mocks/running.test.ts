import { http, HttpResponse } from 'msw'
import { expect, onTestFinished, test } from 'vitest'
import { defineMocks } from '../../src/index.ts'
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
    'apis.one.use(): handler number 2 is "x", not an MSW request handler (http.get(…), graphql.query(…)).',
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
