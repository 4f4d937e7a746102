import { http, HttpResponse, type RequestHandler } from 'msw'
import { expect, test } from 'vitest'
import { connect, message } from '../support/raw-client.ts'
import { startApi } from './start-api.ts'

const reset = http.get('/reset', () => HttpResponse.error())
const hello = http.get('/hello', () => HttpResponse.text('hello'))

test('HttpResponse.error() is a connection reset, with no byte before it', async () => {
  const api = await startApi([reset])
  const client = await connect(api.port)
  client.send(message('GET /reset'))
  expect(await client.over()).toBe('ECONNRESET')
  expect(client.received()).toBe('')
})

test('fetch rejects with ECONNRESET, and the next request is answered', async () => {
  const api = await startApi([reset, hello])
  const error = await fetch(`${api.url}/reset`).catch((caught) => caught)
  expect(error).toBeInstanceOf(TypeError)
  expect(error.cause.code).toBe('ECONNRESET')
  expect(await (await fetch(`${api.url}/hello`)).text()).toBe('hello')
})

test('the reset is on the journal: a handler answered, with no response', async () => {
  const api = await startApi([reset])
  await fetch(`${api.url}/reset`).catch(() => {})
  expect(api.exchanges).toHaveLength(1)
  expect(api.exchanges[0]).toMatchObject({ outcome: 'mocked', response: undefined })
  expect(api.exchanges[0]?.handler?.label).toBe('GET /reset')
})

test('a reset after a pipelined request leaves the reply before it whole', async () => {
  const big = 'x'.repeat(64 * 1024)
  const api = await startApi([http.get('/big', () => HttpResponse.text(big)), reset])
  const client = await connect(api.port)
  client.send(message('GET /big') + message('GET /reset') + message('GET /big'))
  const reply = await client.reply()
  expect(reply.status).toBe(200)
  expect(reply.body.toString()).toBe(big)
  await client.over()
  expect(client.received().match(/^HTTP/gm)).toHaveLength(1)
})

test('a reset waits for a slow reply before it', async () => {
  const [goSlow, goReset] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const reached: string[] = []
  const gated = (path: string, gate: Promise<void>, respond: () => Response): RequestHandler =>
    http.get(path, async () => {
      reached.push(path)
      await gate
      return respond()
    })
  const api = await startApi([
    gated('/slow', goSlow.promise, () => HttpResponse.text('slow')),
    reset,
    gated('/slow-reset', goReset.promise, () => HttpResponse.error()),
  ])
  const early = await connect(api.port)
  early.send(message('GET /slow') + message('GET /reset'))
  const late = await connect(api.port)
  late.send(message('GET /slow') + message('GET /slow-reset'))
  await expect.poll(() => reached).toEqual(['/slow', '/slow', '/slow-reset'])
  await expect.poll(() => api.find('GET', '/reset')).toBeDefined()
  expect([early.received(), late.received()]).toEqual(['', ''])
  goSlow.resolve()
  expect((await early.reply()).body.toString()).toBe('slow')
  expect((await late.reply()).body.toString()).toBe('slow')
  await early.over()
  goReset.resolve()
  expect(await late.over()).toBe('ECONNRESET')
})
