import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'
import { connect, exchange, message } from '../support/raw-client.ts'
import { startApi } from './start-api.ts'

const hello = http.get('/hello/:name', ({ params }) => HttpResponse.text(`hello ${params.name}`))

test('replies that leave together are each their own, and in order on one connection', async () => {
  const api = await startApi([hello])
  const clients = await Promise.all(Array.from({ length: 20 }, () => connect(api.port)))
  for (const [index, client] of clients.entries()) {
    client.send(message(`GET /hello/${index}`) + message(`GET /hello/${index}-again`))
  }
  for (const [index, client] of clients.entries()) {
    expect((await client.reply()).body.toString()).toBe(`hello ${index}`)
    expect((await client.reply()).body.toString()).toBe(`hello ${index}-again`)
  }
})

test('a client that leaves as its reply does takes none from the others', async () => {
  const leaving = Promise.withResolvers<void>()
  const api = await startApi([
    hello,
    http.get('/leave', async () => {
      leaving.resolve()
      return HttpResponse.text('too late')
    }),
  ])
  const [gone, other] = await Promise.all([connect(api.port), connect(api.port)])
  gone.send(message('GET /leave'))
  other.send(message('GET /hello/other'))
  await leaving.promise
  gone.socket.resetAndDestroy()
  expect((await other.reply()).body.toString()).toBe('hello other')
  expect((await exchange(api.port, message('GET /hello/later'))).status).toBe(200)
})

test('an API that is stopped as its reply leaves sends nothing, and throws nothing', async () => {
  const api = await startApi([
    http.get('/stop', () => {
      void api.stop()
      return HttpResponse.text('too late')
    }),
  ])
  const client = await connect(api.port)
  client.send(message('GET /stop'))
  expect(await client.over()).toMatch(/^(end|ECONNRESET)$/)
  expect(client.received()).toBe('')
  expect(api.exchanges[0]).toMatchObject({ outcome: 'aborted' })
})

test('a test that fakes setImmediate has its replies', async ({ onTestFinished }) => {
  const api = await startApi([hello])
  vi.useFakeTimers({ toFake: ['setImmediate'] })
  onTestFinished(() => void vi.useRealTimers())
  expect((await exchange(api.port, message('GET /hello/fake'))).status).toBe(200)
})
