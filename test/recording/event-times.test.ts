import type { ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import zlib from 'node:zlib'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { ByteStream, RawHeaders } from '../../src/contract/index.ts'
import { createEventScanner } from '../../src/recording/event-ends.ts'
import { createEventClock } from '../../src/recording/event-times.ts'
import { createForwarder } from '../../src/wire/forward.ts'
import { startRealApi } from '../responders/real-api.ts'
import { requestOf } from '../wire/forwarded.ts'

/** The events of a body, and what is left after them. */
function eventsOf(body: string): string[] {
  const ends = createEventScanner()(Buffer.from(body))
  return [...ends, body.length].map((end, index) => body.slice(ends[index - 1] ?? 0, end))
}

test.for<[body: string, events: string[]]>([
  ['data: 1\n\ndata: 2\n\n', ['data: 1\n\n', 'data: 2\n\n', '']],
  ['data: 1\r\n\r\ndata: 2\r\n\r\n', ['data: 1\r\n\r\n', 'data: 2\r\n\r\n', '']],
  ['data: 1\r\rdata: 2\r\r', ['data: 1\r\r', 'data: 2\r\r', '']],
  ['data: 1\r\n\ndata: 2\n\r\nrest', ['data: 1\r\n\n', 'data: 2\n\r\n', 'rest']],
  ['id: 1\ndata: a\ndata: b\n\n', ['id: 1\ndata: a\ndata: b\n\n', '']],
  // A blank line too many belongs to what follows, and a comment is sent as events are.
  ['\n\n\ndata: 1\n\n\n\n:\n\n', ['\n\n\ndata: 1\n\n', '\n\n:\n\n', '']],
  ['data: 1\n', ['data: 1\n']],
  ['', ['']],
])('the events of %j', ([body, events]) => {
  expect(eventsOf(body)).toEqual(events)
})

test('however a body is cut into chunks, it has as many events', () => {
  const body = fc.array(fc.constantFrom('a', '\r', '\n', '\r\n'), { maxLength: 30 })
  fc.assert(
    fc.property(body, fc.infiniteStream(fc.integer({ min: 1, max: 4 })), (parts, sizes) => {
      const text = parts.join('')
      const scan = createEventScanner()
      let count = 0
      for (let rest = text; rest !== '';) {
        const size = sizes.next().value!
        count += scan(Buffer.from(rest.slice(0, size))).length
        rest = rest.slice(size)
      }
      const lines = text.split(/\r\n|\r|\n/).slice(0, -1)
      const blanks = lines.filter((line, index) => line === '' && lines[index - 1])
      expect(count).toBe(blanks.length)
    }),
    { numRuns: 2000 },
  )
})

interface Upstream {
  readonly rawHeaders: RawHeaders
  /** Has the server send a part, and gives the bytes that came. */
  send(text: string): Promise<Uint8Array>
}

/** A server that sends what the test says when the test says it. */
async function startEvents(isEncoded: boolean): Promise<Upstream> {
  const { promise, resolve } = Promise.withResolvers<ServerResponse>()
  const real = await startRealApi((_, outgoing) => {
    outgoing.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      ...(isEncoded && { 'content-encoding': 'gzip' }),
    })
    outgoing.flushHeaders()
    resolve(outgoing)
  })
  const forwarder = createForwarder(real.url)
  onTestFinished(() => forwarder.close())
  const { rawHeaders, body } = await forwarder.forward(requestOf('GET'))
  const outgoing = await promise
  const gzip = zlib.createGzip()
  return {
    rawHeaders,
    async send(text) {
      outgoing.write(isEncoded ? await compress(gzip, text) : text)
      return (await (body as ByteStream).next())!
    },
  }
}

function compress(gzip: zlib.Gzip, text: string): Promise<Buffer> {
  return new Promise((resolve) => {
    gzip.write(text)
    gzip.flush(() => resolve(gzip.read()))
  })
}

test.for([false, true])('each event has its time (encoded: %j)', async (isEncoded) => {
  const upstream = await startEvents(isEncoded)
  const clock = createEventClock(upstream.rawHeaders)!
  const sent: number[] = []
  const fed: number[] = []
  for (const text of ['data: 1\n\n', 'data: 2\n', '\ndata: 3\n\n', ':\n\n']) {
    sent.push(performance.now())
    clock.chunk(await upstream.send(text))
    fed.push(performance.now())
  }
  const times = await clock.end()
  const late = performance.now() - sent[0]!
  const parts = [0, 2, 2, 3]
  expect(times.length).toBe(parts.length)
  for (const [index, part] of parts.entries()) {
    expect(times[index]).toBeGreaterThanOrEqual(sent[part]! - fed[0]!)
    expect(times[index]).toBeGreaterThanOrEqual(times[index - 1] ?? 0)
    expect(times[index]).toBeLessThan(isEncoded ? late : fed[part]! - sent[0]!)
  }
})

test('a body that cannot be decoded to its end tells of no more than it has', async () => {
  const clock = createEventClock(['content-type', 'text/event-stream', 'content-encoding', 'gzip'])!
  const bytes = zlib.gzipSync('data: 1\n\n', { finishFlush: zlib.constants.Z_SYNC_FLUSH })
  clock.chunk(bytes)
  clock.chunk(Buffer.from('no gzip'))
  expect((await clock.end()).length).toBeLessThanOrEqual(1)
})

test('what only claims to be encoded is read as it is', async () => {
  const clock = createEventClock(['content-type', 'text/event-stream', 'content-encoding', 'gzip'])!
  clock.chunk(Buffer.from('data: 1\n\n'))
  expect((await clock.end()).length).toBe(1)
})

test('a body without a byte has no events', async () => {
  const clock = createEventClock(['content-type', 'text/event-stream', 'content-encoding', 'br'])!
  expect(await clock.end()).toEqual([])
})

test('only streams of events that can be read have a clock', () => {
  expect(createEventClock([])).toBeUndefined()
  expect(createEventClock(['content-type', 'text/plain'])).toBeUndefined()
  expect(createEventClock(['content-type', 'text/event-streams'])).toBeUndefined()
  expect(
    createEventClock(['content-type', 'text/event-stream', 'content-encoding', 'own']),
  ).toBeUndefined()
})
