import { createHash, randomBytes } from 'node:crypto'
import nodeHttp from 'node:http'
import { buffer } from 'node:stream/consumers'
import { http, HttpResponse, sse } from 'msw'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connect, message } from '../support/raw-client.ts'
import { chunks, controlledBody } from './chunks.ts'
import { startApi } from './start-api.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test('headers arrive before the first chunk, and each chunk before the next is made', async () => {
  const stream = controlledBody()
  const api = await startApi([http.get('/stream', () => new HttpResponse(stream.body))])
  const response = await fetch(`${api.url}/stream`)
  expect(response.status).toBe(200)
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  for (const text of ['first', 'second', 'third']) {
    stream.send(text)
    expect(await reader.read()).toEqual({ done: false, value: text })
  }
  stream.close()
  expect(await reader.read()).toEqual({ done: true, value: undefined })
})

test('on the wire, each chunk is one chunk', async () => {
  const stream = controlledBody()
  const api = await startApi([http.get('/stream', () => new HttpResponse(stream.body))])
  const client = await connect(api.port)
  client.send(message('GET /stream'))
  await client.until(/transfer-encoding: chunked\r\n(.+\r\n)*\r\n$/i)
  stream.send('first')
  await client.until(/\r\n\r\n5\r\nfirst\r\n$/)
  stream.send('second one')
  await client.until(/first\r\na\r\nsecond one\r\n$/)
  stream.close()
  expect((await client.reply()).body.toString()).toBe('firstsecond one')
})

test('sse() handlers of MSW send their events as they come', async () => {
  // MSW wants to see that the environment knows server-sent events; it does not use this.
  vi.stubGlobal('EventSource', EventTarget)
  onTestFinished(() => void vi.unstubAllGlobals())
  const connected = Promise.withResolvers<(data: string) => void>()
  const closed = Promise.withResolvers<void>()
  const api = await startApi([
    sse<{ message: string; news: string }>('/events', ({ client, request }) => {
      request.signal.addEventListener('abort', () => closed.resolve())
      client.send({ id: '1', data: 'hello\nthere' })
      connected.resolve((data) => client.send({ event: 'news', data }))
    }),
  ])
  const client = await connect(api.port)
  client.send(message('GET /events', ['Accept: text/event-stream']))
  await client.until(/content-type: text\/event-stream\r\n/)
  await client.until(/id:1\ndata:hello\ndata:there\n\n/)
  const send = await connected.promise
  for (const news of ['one', 'two']) {
    send(news)
    await client.until(new RegExp(`event:news\ndata:${news}\n\n`))
  }
  expect(api.exchanges[0]).toMatchObject({ outcome: 'mocked', response: { status: 200 } })
  client.socket.destroy()
  await closed.promise
  expect(api.exchanges[0]?.outcome).toBe('aborted')
})

test('a slow client stops the producer', async () => {
  let pulls = 0
  const cancelled = Promise.withResolvers<void>()
  const size = 64 * 1024
  const api = await startApi([
    http.get('/endless', () => {
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          pulls++
          controller.enqueue(new Uint8Array(size))
        },
        cancel: () => cancelled.resolve(),
      })
      return new HttpResponse(body)
    }),
  ])
  const client = await connect(api.port)
  client.socket.pause()
  client.send(message('GET /endless'))
  await expect.poll(() => pulls).toBeGreaterThan(16)
  const most = await settled(() => pulls)
  // What the sockets' buffers of this machine and one reading ahead hold; endless it is not.
  expect(most * size).toBeLessThan(32 * 1024 * 1024)
  client.socket.resume()
  await expect.poll(() => pulls).toBeGreaterThan(most)
  client.socket.destroy()
  await cancelled.promise
})

test('a handler that reads slowly stops the uploading client', async () => {
  let read = 0
  const mayRead = Promise.withResolvers<void>()
  const api = await startApi([
    http.post('/upload', async ({ request }) => {
      const reader = request.body!.getReader()
      read += (await reader.read()).value?.byteLength ?? 0
      await mayRead.promise
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return HttpResponse.text(String(read))
        read += value.byteLength
      }
    }),
  ])
  const chunk = new Uint8Array(64 * 1024)
  const total = 1024 * chunk.byteLength
  const client = await connect(api.port)
  client.send(`POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${total}\r\n\r\n`)
  let accepted = 0
  const upload = async (): Promise<void> => {
    while (accepted < total) {
      await new Promise((resolve) => client.socket.write(chunk, resolve))
      accepted += chunk.byteLength
    }
  }
  const uploaded = upload()
  await expect.poll(() => read).toBeGreaterThan(0)
  // What the sockets' buffers of this machine hold, and not the whole upload.
  expect(await settled(() => accepted)).toBeLessThan(total / 2)
  expect(read).toBeLessThan(1024 * 1024)
  expect(api.exchanges).toEqual([])
  mayRead.resolve()
  await uploaded
  expect((await client.reply()).body.toString()).toBe(String(total))
  expect(api.exchanges[0]?.request.size).toBe(total)
})

test('the body of a request can be streamed back while it comes', async () => {
  const api = await startApi([http.post('/echo', ({ request }) => new HttpResponse(request.body))])
  const client = await connect(api.port)
  client.send('POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n')
  await client.until(/\r\n\r\n$/)
  for (const text of ['first', 'other']) {
    client.send(`5\r\n${text}\r\n`)
    await client.until(new RegExp(`5\r\n${text}\r\n$`))
  }
  client.send('0\r\n\r\n')
  const reply = await client.reply()
  expect(reply.body.toString()).toBe('firstother')
  expect(api.exchanges[0]?.request.text()).toBe('firstother')
  expect(api.exchanges[0]?.response?.text()).toBe('firstother')
})

test('20 MB go up and down unharmed', async () => {
  const bytes = randomBytes(20 * 1024 * 1024)
  const expected = sha256(bytes)
  const api = await startApi([
    http.post('/whole', async ({ request }) => {
      const body = new Uint8Array(await request.arrayBuffer())
      return HttpResponse.arrayBuffer(body.buffer, { headers: { 'x-sha256': sha256(body) } })
    }),
    http.post('/stream', ({ request }) => new HttpResponse(request.body)),
  ])
  for (const path of ['/whole', '/stream']) {
    const response = await fetch(api.url + path, { method: 'POST', body: bytes })
    const received = new Uint8Array(await response.arrayBuffer())
    expect(received.byteLength).toBe(bytes.byteLength)
    expect(sha256(received)).toBe(expected)
    expect(response.headers.get('x-sha256')).toBe(path === '/whole' ? expected : null)
    const exchange = api.find('POST', path)
    expect(exchange?.request).toMatchObject({ size: bytes.byteLength })
    expect(exchange?.response).toMatchObject({ size: bytes.byteLength })
  }
})

test('20 MB in chunks from node:http, on one connection, more than once', async () => {
  const bytes = randomBytes(20 * 1024 * 1024)
  const api = await startApi([http.put('/up', ({ request }) => new HttpResponse(request.body))])
  const agent = new nodeHttp.Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  for (let round = 0; round < 2; round++) {
    const request = nodeHttp.request(`${api.url}/up`, { method: 'PUT', agent })
    const response = new Promise<nodeHttp.IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject)
    })
    for (let at = 0; at < bytes.length; at += 1024 * 1024) {
      request.write(bytes.subarray(at, at + 1024 * 1024))
    }
    request.end()
    expect(sha256(await buffer(await response))).toBe(sha256(bytes))
  }
})

test('a stream that errors before its first chunk is a 500', async () => {
  const api = await startApi([
    http.get('/broken', () => {
      const body = new ReadableStream({
        start(controller) {
          controller.error(new Error('broken from the start'))
        },
      })
      return new HttpResponse(body)
    }),
  ])
  const response = await fetch(`${api.url}/broken`)
  expect(response.status).toBe(500)
  expect(await response.text()).toContain('Error: broken from the start')
  expect(api.exchanges[0]?.outcome).toBe('failed')
})

test('a stream that errors midway cuts the connection, and nothing else', async () => {
  const stream = controlledBody()
  const api = await startApi([
    http.get('/broken', () => new HttpResponse(stream.body)),
    http.get('/hello', () => new HttpResponse(chunks(['hel', 'lo']))),
  ])
  const response = await fetch(`${api.url}/broken`)
  const reader = response.body!.getReader()
  stream.send('first')
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('first')
  stream.fail(new Error('broken midway'))
  const error = await reader.read().catch((caught) => caught)
  expect(error).toBeInstanceOf(Error)
  expect(api.exchanges[0]).toMatchObject({ outcome: 'failed', response: { status: 200, size: 5 } })
  expect(await (await fetch(`${api.url}/hello`)).text()).toBe('hello')
})

test('replies go out while a test fakes its timers', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const stream = controlledBody()
  const api = await startApi([
    http.get('/whole', () => HttpResponse.json({ whole: true })),
    http.get('/stream', () => new HttpResponse(stream.body)),
  ])
  const client = await connect(api.port)
  client.send(message('GET /whole') + message('GET /stream'))
  expect((await client.reply()).body.toString()).toBe('{"whole":true}')
  await client.until(/transfer-encoding: chunked\r\n(.+\r\n)*\r\n$/i)
  stream.send('part')
  await client.until(/4\r\npart\r\n$/)
  stream.close()
  expect((await client.reply()).body.toString()).toBe('part')
})

/** The value when it has stopped to change for a while. */
async function settled(read: () => number): Promise<number> {
  for (;;) {
    const before = read()
    await new Promise((resolve) => setTimeout(resolve, 150))
    if (read() === before) return before
  }
}
