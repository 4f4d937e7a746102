import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { MockApi } from '../../src/index.ts'
import { connect, message } from '../support/raw-client.ts'
import { controlledBody } from './chunks.ts'
import { startApi } from './start-api.ts'

/** A handler that never answers, and what becomes of its requests. */
function hanging(): { handler: ReturnType<typeof http.all>; reached: Promise<Request> } {
  const { promise: reached, resolve } = Promise.withResolvers<Request>()
  const handler = http.all('/hang', ({ request }) => {
    resolve(request)
    return new Promise(() => {})
  })
  return { handler, reached }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
}

function outcomes(api: MockApi): string[] {
  return api.exchanges.map(({ request, outcome }) => `${request.path} ${outcome}`)
}

test.each([
  ['closes the connection', (socket: { destroy(): unknown }) => socket.destroy()],
  ['resets the connection', (socket: { resetAndDestroy(): unknown }) => socket.resetAndDestroy()],
])('a client that %s aborts request.signal, and that is on the journal', async (_, leave) => {
  const { handler, reached } = hanging()
  const api = await startApi([handler])
  const client = await connect(api.port)
  client.send(message('GET /hang'))
  const { signal } = await reached
  expect(signal.aborted).toBe(false)
  expect(api.exchanges).toEqual([])
  leave(client.socket)
  await aborted(signal)
  expect(api.exchanges[0]).toMatchObject({ outcome: 'aborted', response: undefined })
  expect(api.exchanges[0]?.request.path).toBe('/hang')
})

test('a fetch that is aborted aborts request.signal', async () => {
  const { handler, reached } = hanging()
  const api = await startApi([handler])
  const controller = new AbortController()
  const failed = fetch(`${api.url}/hang`, {
    method: 'POST',
    body: 'x',
    signal: controller.signal,
  }).catch((error) => error.name)
  const { signal } = await reached
  controller.abort()
  expect(await failed).toBe('AbortError')
  await aborted(signal)
  expect(outcomes(api)).toEqual(['/hang aborted'])
})

test('an answer that comes after the client went away changes nothing', async () => {
  const answer = Promise.withResolvers<Response>()
  const reached = Promise.withResolvers<AbortSignal>()
  const api = await startApi([
    http.get('/late', ({ request }) => {
      reached.resolve(request.signal)
      return answer.promise
    }),
    http.get('/hello', () => HttpResponse.text('hello')),
  ])
  const stream = controlledBody()
  const client = await connect(api.port)
  client.send(message('GET /late'))
  const signal = await reached.promise
  client.socket.destroy()
  await aborted(signal)
  stream.send('x')
  answer.resolve(new HttpResponse(stream.body))
  await stream.cancelled
  expect(api.exchanges[0]).toMatchObject({ outcome: 'aborted', response: undefined })
  expect(await (await fetch(`${api.url}/hello`)).text()).toBe('hello')
  expect(outcomes(api)).toEqual(['/late aborted', '/hello mocked'])
})

test('a client that leaves a stream aborts request.signal and cancels the stream', async () => {
  const stream = controlledBody()
  const reached = Promise.withResolvers<AbortSignal>()
  const api = await startApi([
    http.get('/stream', ({ request }) => {
      reached.resolve(request.signal)
      return new HttpResponse(stream.body)
    }),
  ])
  const client = await connect(api.port)
  client.send(message('GET /stream'))
  stream.send('first')
  await client.until(/first/)
  expect(api.exchanges).toHaveLength(1)
  client.socket.destroy()
  await Promise.all([stream.cancelled, aborted(await reached.promise)])
  expect(api.exchanges[0]).toMatchObject({ outcome: 'aborted', response: undefined })
})

test('a client that leaves while it uploads ends the reading of the body', async () => {
  const failed = Promise.withResolvers<Error>()
  const reached = Promise.withResolvers<void>()
  const api = await startApi([
    http.post('/upload', async ({ request }) => {
      reached.resolve()
      await request.text().catch(failed.resolve)
      return new HttpResponse(null)
    }),
  ])
  const client = await connect(api.port)
  client.send('POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nsome')
  await reached.promise
  client.socket.destroy()
  expect(await failed.promise).toBeInstanceOf(Error)
  expect(outcomes(api)).toEqual(['/upload aborted'])
  expect(api.exchanges[0]?.request.text()).toBe('some')
})

/** What a handler reads of an upload once its client has left: its text, or why there is none. */
async function readAfterLeaving(upload: string | Buffer): Promise<unknown> {
  const { promise: go, resolve } = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<AbortSignal>()
  const read = Promise.withResolvers<unknown>()
  const api = await startApi([
    http.post('/upload', async ({ request }) => {
      reached.resolve(request.signal)
      await go
      read.resolve(await request.text().catch((error) => error))
      return new HttpResponse(null)
    }),
  ])
  const client = await connect(api.port)
  client.send(upload)
  const signal = await reached.promise
  client.socket.destroy()
  await aborted(signal)
  resolve()
  return read.promise
}

test('a body that is read only after the client left rejects, and does not hang', async () => {
  const half = 'POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nsome'
  expect(await readAfterLeaving(half)).toBeInstanceOf(Error)
})

test('a body that came whole can be read after its client has left', async () => {
  expect(await readAfterLeaving(message('POST /upload', [], 'whole'))).toBe('whole')
})

test('all pipelined requests of a client that leaves are aborted, in order', async () => {
  const signals: AbortSignal[] = []
  const stream = controlledBody()
  const handlers = ['/first', '/second', '/third'].map((path) =>
    http.get(path, ({ request }) => {
      signals.push(request.signal)
      return path === '/second' ? new HttpResponse(stream.body) : new Promise<Response>(() => {})
    }),
  )
  const api = await startApi(handlers)
  const client = await connect(api.port)
  client.send(message('GET /first') + message('GET /second') + message('GET /third'))
  await expect.poll(() => signals).toHaveLength(3)
  // The second has begun, though not a byte of it could be sent yet.
  await expect.poll(() => api.exchanges).toHaveLength(1)
  client.socket.destroy()
  await Promise.all([...signals.map(aborted), stream.cancelled])
  expect(outcomes(api)).toEqual(['/first aborted', '/second aborted', '/third aborted'])
  expect(api.exchanges.map(({ response }) => response)).toEqual([undefined, undefined, undefined])
})

test('a reply that was ready, but behind one that never came, counts as aborted', async () => {
  const { handler, reached } = hanging()
  const api = await startApi([handler, http.get('/ready', () => HttpResponse.text('ready'))])
  const client = await connect(api.port)
  client.send(message('GET /hang') + message('GET /ready'))
  await expect.poll(() => outcomes(api)).toEqual(['/ready mocked'])
  client.socket.destroy()
  await aborted((await reached).signal)
  expect(outcomes(api)).toEqual(['/hang aborted', '/ready aborted'])
})

test('a request that was answered whole stays as it is when the client leaves', async () => {
  const api = await startApi([http.get('/hello', () => HttpResponse.text('hello'))])
  const client = await connect(api.port)
  client.send(message('GET /hello'))
  await client.reply()
  client.socket.destroy()
  expect(await (await fetch(`${api.url}/hello`)).text()).toBe('hello')
  expect(outcomes(api)).toEqual(['/hello mocked', '/hello mocked'])
})

test('stop() ends hanging requests and open streams, as a client does that leaves', async () => {
  const { handler, reached } = hanging()
  const stream = controlledBody()
  const api = await startApi([handler, http.get('/stream', () => new HttpResponse(stream.body))])
  const [first, second] = [await connect(api.port), await connect(api.port)]
  first.send(message('GET /hang'))
  const { signal } = await reached
  second.send(message('GET /stream'))
  stream.send('first')
  await second.until(/first/)
  await api.stop()
  await Promise.all([first.over(), second.over(), aborted(signal), stream.cancelled])
  expect(outcomes(api)).toEqual(['/hang aborted', '/stream aborted'])
})

test('no request leaves a listener behind on its connection', async () => {
  const warnings: string[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', onWarning)
  const api = await startApi([http.all('/hello', () => HttpResponse.text('hello'))])
  const client = await connect(api.port)
  for (let round = 0; round < 30; round++) client.send(message('POST /hello', [], 'body'))
  for (let round = 0; round < 30; round++) expect((await client.reply()).status).toBe(200)
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})
