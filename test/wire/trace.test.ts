import { fork } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createForwarder, type Forwarder } from '../../src/wire/forward.ts'
import { timingsOf, type CaptureTimings } from '../../src/wire/timings.ts'
import { createTrace } from '../../src/wire/trace.ts'
import { startRawApi, startRealApi } from '../responders/real-api.ts'
import { certify } from '../support/certificates.ts'
import { createFolder } from '../support/har.ts'
import { forwarded, requestOf, trace } from './forwarded.ts'

function forwarderTo(origin: string, timeout?: number): Forwarder {
  const forwarder = createForwarder(origin, timeout === undefined ? {} : { timeout })
  onTestFinished(() => forwarder.close())
  return forwarder
}

/** The phases without `ssl`, which is part of `connect`. */
function total({ blocked, dns, connect, send, wait, receive }: CaptureTimings): number {
  return [blocked, dns, connect, send, wait, receive]
    .filter((time) => time !== -1)
    .reduce((sum, time) => sum + time, 0)
}

test('a fresh connection takes its time to open, one that is used again takes none', async () => {
  const real = await startRealApi((_, outgoing) => outgoing.end('hello'))
  const forwarder = forwarderTo(real.url)
  const before = Date.now()
  const first = await trace(forwarder, requestOf('GET'))
  expect(first.text).toBe('hello')
  expect(first.trace.serverAddress).toBe('127.0.0.1')
  expect(Math.abs(first.trace.startedAt - before)).toBeLessThan(1000)
  expect(first.timings).toMatchObject({ dns: -1, ssl: -1 })
  expect(first.timings.connect).toBeGreaterThan(0)
  const second = await trace(forwarder, requestOf('GET'))
  expect(second.timings).toMatchObject({ dns: -1, connect: -1, ssl: -1 })
  expect(second.trace.serverAddress).toBe('127.0.0.1')
})

test('a connection that was opened without a trace is none that a traced request waited for', async () => {
  const real = await startRealApi((_, outgoing) => outgoing.end('hello'))
  const forwarder = forwarderTo(real.url)
  await forwarded(forwarder, requestOf('GET'))
  await setImmediate()
  expect((await trace(forwarder, requestOf('GET'))).timings).toMatchObject({ connect: -1 })
})

test('a name is looked up first', async () => {
  const real = await startRealApi((_, outgoing) => outgoing.end())
  const forwarder = forwarderTo(real.url.replace('127.0.0.1', 'localhost'))
  const { timings } = await trace(forwarder, requestOf('GET'))
  expect(timings.dns).toBeGreaterThan(0)
  expect(timings.connect).toBeGreaterThan(0)
})

test('the phases add up to the whole time, and each is its own', async () => {
  const real = await startRealApi((_, outgoing) => {
    setTimeout(() => {
      outgoing.writeHead(200).write('a')
      setTimeout(() => outgoing.end('b'), 60)
    }, 120)
  })
  const forwarder = forwarderTo(real.url)
  for (const isFresh of [true, false]) {
    const { trace: seen, text, timings, end } = await trace(forwarder, requestOf('GET'))
    expect(text).toBe('ab')
    expect(timings.connect > -1).toBe(isFresh)
    // A timer of Node may be early by less than a millisecond.
    expect(timings.wait).toBeGreaterThanOrEqual(119)
    // What comes late counts as waiting, and not as receiving.
    expect(timings.wait + timings.receive).toBeGreaterThanOrEqual(178)
    expect(timings.receive).toBeGreaterThan(0)
    expect(total(timings)).toBeCloseTo(performance.timeOrigin + end - seen.startedAt)
  }
})

test('requests at once have each their own times', async () => {
  const real = await startRealApi(({ target }, outgoing) => {
    const wait = Number(target.slice(1))
    setTimeout(() => outgoing.end(target), wait)
  })
  const forwarder = forwarderTo(real.url)
  const waits = [150, 0, 100, 0, 50, 0]
  for (let round = 0; round < 2; round++) {
    const traces = await Promise.all(
      waits.map(async (wait) => {
        const { text, timings } = await trace(forwarder, requestOf('GET', `/${wait}`))
        return { text, wait: timings.wait }
      }),
    )
    expect(traces.map(({ text }) => text)).toEqual(waits.map((wait) => `/${wait}`))
    for (const [index, wait] of waits.entries()) {
      expect(traces[index]!.wait).toBeGreaterThanOrEqual(wait - 1)
    }
    expect(traces[1]!.wait).toBeLessThan(traces[0]!.wait)
  }
})

const CHUNKED = ['Transfer-Encoding', 'chunked']

test.for<[method: string, rawHeaders: string[], chunks: string[]]>([
  ['GET', ['X-Case', 'Kept', 'X-Twice', '1', 'X-Twice', '2', 'Accept', '*/*'], []],
  ['POST', ['Content-Type', 'text/plain', 'Content-Length', '4'], ['bo', 'dy']],
  ['POST', CHUNKED, ['bo', 'dy']],
  ['POST', CHUNKED, []],
  ['POST', [], []],
  ['PUT', ['Content-Length', '0'], []],
  ['DELETE', ['Content-Length', '2'], ['{}']],
  ['DELETE', CHUNKED, ['{}']],
  ['DELETE', CHUNKED, []],
  ['DELETE', ['Content-Length', '0'], []],
  ['OPTIONS', [], []],
  ['GET', ['X-Latin', 'Zo\u00EB \u00C3\u00AB'], []],
])('%s %j %j: the headers are known as they were sent', async ([method, rawHeaders, chunks]) => {
  const real = await startRealApi((_, outgoing) => outgoing.end())
  const { trace: seen } = await trace(
    forwarderTo(real.url),
    requestOf(method, '/path', rawHeaders, chunks),
  )
  expect(real.asked[0]!.body.toString()).toBe(chunks.join(''))
  expect(seen.sentHeaders).toEqual(real.asked[0]!.rawHeaders)
})

test('a reply before the whole body was sent ends the sending', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const real = await startRawApi((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno'))
    socket.on('close', resolve)
  })
  const forwarder = forwarderTo(real.url)
  const request = requestOf('POST', '/', CHUNKED, ['x'])
  const endless = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from('x')),
  })
  const seen = createTrace()
  const reply = await forwarder.forward(
    { ...request, body: { ...request.body, stream: () => endless } },
    seen,
  )
  expect(reply.status).toBe(413)
  expect(seen.timings().wait).toBe(0)
  expect(seen.timings().send).toBeGreaterThan(0)
  await forwarder.close()
  await promise
})

test('what comes before the reply is none', async () => {
  const real = await startRawApi((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
      setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'), 80)
    })
  })
  const { text, timings } = await trace(forwarderTo(real.url), requestOf('GET'))
  expect(text).toBe('ok')
  expect(timings.wait).toBeGreaterThanOrEqual(79)
})

test('fake timers do not change times', async () => {
  const real = await startRealApi((_, outgoing) => outgoing.end('hello'))
  const forwarder = forwarderTo(real.url)
  vi.useFakeTimers({ toFake: ['performance', 'Date'], now: 0 })
  onTestFinished(() => void vi.useRealTimers())
  const { trace: seen } = await trace(forwarder, requestOf('GET'))
  expect(seen.startedAt).toBeGreaterThan(Date.parse('2020-01-01'))
  expect(total(seen.timings())).toBeGreaterThan(0)
})

test('a request that went nowhere was blocked all the time', async () => {
  const server = http.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const seen = createTrace()
  const forwarder = forwarderTo(`http://127.0.0.1:${port}`)
  await expect(forwarder.forward(requestOf('GET'), seen)).rejects.toThrow('ECONNREFUSED')
  expect(seen).toMatchObject({ serverAddress: undefined, sentHeaders: undefined })
  const { blocked, ...rest } = seen.timings()
  expect(blocked).toBeGreaterThan(0)
  expect(rest).toEqual({ dns: -1, connect: -1, ssl: -1, send: 0, wait: 0, receive: 0 })
})

test.for<[begun: number, opening: Partial<CaptureTimings>]>([
  [3, { blocked: 3, dns: 3, connect: 12, ssl: 8 }],
  [10, { blocked: 1, dns: 0, connect: 10, ssl: 8 }],
  [20, { blocked: 1, dns: -1, connect: -1, ssl: -1 }],
])('of a connection on its way, a request at %d waited for the rest', ([begun, opening]) => {
  const connection = { begun: 5, lookedUp: 8, connected: 12, secured: 20 }
  const marks = { begun, headSent: 21, bodySent: 23, replied: 30, connection }
  expect(timingsOf(marks, 31)).toEqual({ ...opening, send: 2, wait: 7, receive: 1 })
})

test('an upstream that takes longer than the timeout is given up', async () => {
  const real = await startRealApi(() => {})
  const forwarder = forwarderTo(real.url, 50)
  await expect(forwarder.forward(requestOf('GET'))).rejects.toMatchObject({
    code: 'UND_ERR_HEADERS_TIMEOUT',
  })
})

interface Told {
  readonly text: string
  readonly serverAddress: string
  readonly sentHeaders: string[]
  readonly timings: CaptureTimings
}

test('over HTTPS the handshake is part of the connecting', async () => {
  const { key, cert, authority } = certify(await createFolder())
  const asked: string[][] = []
  const server = https.createServer({ key, cert }, ({ rawHeaders }, outgoing) => {
    asked.push(rawHeaders)
    outgoing.end('hello')
  })
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const child = fork(
    fileURLToPath(new URL('trace.process.ts', import.meta.url)),
    [`https://127.0.0.1:${port}`],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: authority } },
  )
  const told: Told[] = []
  child.on('message', (one) => told.push(one as Told))
  expect(await once(child, 'exit')).toEqual([0, null])
  const [fresh, again] = told
  expect(fresh).toMatchObject({ text: 'hello', serverAddress: '127.0.0.1', timings: { dns: -1 } })
  expect(fresh!.timings.ssl).toBeGreaterThan(0)
  expect(fresh!.timings.connect).toBeGreaterThan(fresh!.timings.ssl)
  expect(again!.timings).toMatchObject({ dns: -1, connect: -1, ssl: -1 })
  expect(told.map(({ sentHeaders }) => sentHeaders)).toEqual(asked)
})
