import { readFileSync, statSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { openSidecar } from '../../src/recording/sidecar.ts'
import { readSidecarText, toSidecarText, type Seen } from '../../src/recording/sidecar-text.ts'
import { startRealApi } from '../responders/real-api.ts'
import { createFolder } from '../support/har.ts'
import { captureOf } from './captured.ts'
import { filesBeside, startRecording } from './upstream.ts'

const pieces = fc.string({
  unit: fc.constantFrom(
    'a',
    '\n',
    '\r\n',
    '\uFEFF',
    'é',
    '€',
    '😀',
    '"',
    '\\',
    '\0',
    '\u2028',
    '\u001E',
  ),
  maxLength: 8,
})
const bodies = fc.oneof(fc.constant(undefined), pieces, fc.uint8Array({ maxLength: 12 }))
const exchanges = fc
  .record({ key: pieces, requestBody: bodies, responseBody: bodies, statusText: pieces })
  .map(({ key, ...given }) => exchangeOf(given, key))
const seen = fc.oneof(
  exchanges,
  fc.nat(9).map((number): Seen => ({ type: 'passed', test: number })),
)

function exchangeOf(given: Parameters<typeof captureOf>[0], key = ''): Seen {
  return { type: 'exchange', key, replaces: ['x'], onlyMissing: false, capture: captureOf(given) }
}

/** What JSON has of it, with bytes as text. */
function comparable(all: readonly Seen[]): unknown {
  return all.map((one) => {
    if (one.type === 'passed') return one
    const { requestBody, responseBody, ...rest } = one.capture
    const texts = [requestBody, responseBody].map((body) =>
      typeof body === 'object' ? `bytes ${Buffer.from(body).toString('hex')}` : `text ${body}`,
    )
    return JSON.parse(JSON.stringify({ ...one, capture: rest, texts }))
  })
}

test('whatever is written comes back, and all that is whole of what was cut off anywhere', () => {
  const lists = fc.array(seen, { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(lists, (list) => {
      const texts = list.map(toSidecarText)
      const bytes = Buffer.from(texts.join(''))
      const ends = texts.map((_, index) => Buffer.byteLength(texts.slice(0, index + 1).join('')))
      for (let cut = 0; cut <= bytes.length; cut++) {
        const read = readSidecarText('a.part', bytes.subarray(0, cut).toString())
        const whole = ends.filter((end) => end <= cut).length
        if (read.length !== whole) throw new Error(`${read.length} of ${whole} at ${cut}`)
        if (cut < bytes.length) continue
        expect(comparable(read.map((one) => one.seen))).toEqual(comparable(list))
      }
    }),
    { numRuns: 300 },
  )
})

/** A sidecar, and what its file holds. */
async function open() {
  const recording = `${await createFolder()}/api.har`
  const sidecar = openSidecar(recording, `${process.pid}-0123456789ab`)
  const [name] = filesBeside(recording)
  const file = recording.replace('api.har', name!)
  const kept = (): Seen[] =>
    readSidecarText(file, readFileSync(file, 'utf8')).map((one) => one.seen)
  return { sidecar, file, kept }
}

test('what is there at the end of a turn is written then, by one who waits for all', async () => {
  const { sidecar, file, kept } = await open()
  for (let number = 0; number < 3; number++) sidecar.append({ type: 'passed', test: number })
  const waits = [sidecar.written(), sidecar.written()]
  expect(statSync(file).size).toBe(0)
  await Promise.all(waits)
  expect(kept()).toHaveLength(3)
  sidecar.close()
})

test('what waits when it is closed is written', async () => {
  const { sidecar, kept } = await open()
  sidecar.append(exchangeOf({ responseBody: 'text' }))
  const written = sidecar.written()
  sidecar.close()
  await written
  expect(kept()).toHaveLength(1)
})

test('much does not wait', async () => {
  const { sidecar, kept } = await open()
  sidecar.append(exchangeOf({ responseBody: 'x'.repeat(1024 * 1024) }))
  expect(kept()).toHaveLength(1)
  sidecar.close()
})

test('fake timers do not hold replies back, those that are in node:timers neither', async () => {
  const real = await startRealApi(({ target }, outgoing) => {
    if (target === '/parts') outgoing.write('a')
    outgoing.end('b')
  })
  const { ask } = await startRecording({
    upstream: real.url,
    recording: `${await createFolder()}/api.har`,
  })
  const { setImmediate } = timers
  onTestFinished(() => {
    timers.setImmediate = setImmediate
    syncBuiltinESMExports()
  })
  timers.setImmediate = (() => ({})) as unknown as typeof setImmediate
  syncBuiltinESMExports()
  expect([await ask('/parts'), await ask('/whole')]).toEqual(['ab', 'b'])
})
