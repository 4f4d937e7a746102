import { once } from 'node:events'
import nodeHttp from 'node:http'
import { text } from 'node:stream/consumers'
import { http, HttpResponse } from 'msw'
import { expect, onTestFinished, test } from 'vitest'
import { connect, exchange, message } from '../support/raw-client.ts'
import { startApi } from './start-api.ts'

const MiB = 1024 * 1024
const refuse = http.post('/upload', () => HttpResponse.text('too large', { status: 413 }))
const hello = http.get('/hello', () => HttpResponse.text('hello'))

test('a reply to an upload that nobody reads comes before its end, and its beginning is kept', async () => {
  const api = await startApi([refuse, hello])
  const client = await connect(api.port)
  const total = 8 * MiB
  client.send(`POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${total}\r\n\r\n`)
  const part = Buffer.alloc(2 * MiB, 'abcdefgh')
  client.send(part)
  const reply = await client.reply()
  expect(reply).toMatchObject({ status: 413 })
  expect(reply.body.toString()).toBe('too large')
  const { request } = api.exchanges[0]!
  expect(Buffer.from(request.body).equals(part.subarray(0, MiB))).toBe(true)
  expect(request.cut).toBeGreaterThan(0)

  // The rest is taken in, and the connection is as good as before.
  for (let at = part.length; at < total; at += part.length) client.send(part)
  client.send(message('GET /hello'))
  expect((await client.reply()).body.toString()).toBe('hello')
  expect(request).toMatchObject({ size: total, cut: total - MiB })
})

test('an upload that fits into maxBody is kept whole, though nobody reads it', async () => {
  const api = await startApi([refuse], { maxBody: 4 * MiB })
  const body = Buffer.alloc(4 * MiB, 'x')
  const response = await fetch(`${api.url}/upload`, { method: 'POST', body })
  expect(response.status).toBe(413)
  const { request } = api.exchanges[0]!
  expect(request).toMatchObject({ size: body.byteLength, cut: 0 })
  expect(Buffer.from(request.body).equals(body)).toBe(true)
})

test.each([0, 1, 100])(
  'with maxBody %i, what came of a refused upload is said to be cut',
  async (maxBody) => {
    const api = await startApi([refuse], { maxBody })
    for (let round = 0; round < 20; round++) {
      const response = await fetch(`${api.url}/upload`, { method: 'POST', body: 'x'.repeat(101) })
      expect(response.status).toBe(413)
      const { request } = api.exchanges[round]!
      expect(request.body.byteLength).toBe(maxBody)
      expect(request.cut).toBeGreaterThan(0)
      expect(() => request.text()).toThrow(expect.objectContaining({ code: 'BODY_CUT' }))
    }
  },
)

test('the reply waits until it is known whether the body was cut', async () => {
  const api = await startApi([refuse, hello], { maxBody: 5 })
  const client = await connect(api.port)
  client.send('POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabcde')
  for (let round = 0; round < 5; round++) await exchange(api.port, message('GET /hello'))
  expect(client.received()).toBe('')
  client.send('fghij')
  expect((await client.reply()).status).toBe(413)
  const { request } = api.find('POST')!
  expect(Buffer.from(request.body).toString()).toBe('abcde')
  expect(request.cut).toBe(5)
})

test('node:http clients get the early reply while they are still writing', async () => {
  const api = await startApi([refuse])
  const agent = new nodeHttp.Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const request = nodeHttp.request(`${api.url}/upload`, { method: 'POST', agent })
  request.write(Buffer.alloc(2 * MiB))
  const [response] = (await once(request, 'response')) as [nodeHttp.IncomingMessage]
  expect(response.statusCode).toBe(413)
  request.end('the end')
  expect(await text(response)).toBe('too large')
})

test.each([
  [100, 'x'.repeat(100)],
  [99, expect.stringContaining('behind the reply when more have come than maxBody')],
])(
  'with maxBody %i, a resolver may look at its request when it has replied: 100 bytes are %s',
  async (maxBody, expected) => {
    const replied = Promise.withResolvers<void>()
    const read = Promise.withResolvers<string>()
    const api = await startApi(
      [
        hello,
        http.post('/upload', (info) => {
          void replied.promise
            .then(() => info.request.text())
            .catch((error: Error) => error.message)
            .then(read.resolve)
          return HttpResponse.text('thanks')
        }),
      ],
      { maxBody },
    )
    await fetch(`${api.url}/hello`)
    const response = await fetch(`${api.url}/upload`, { method: 'POST', body: 'x'.repeat(100) })
    expect(await response.text()).toBe('thanks')
    replied.resolve()
    expect(await read.promise).toEqual(expected)
  },
)
