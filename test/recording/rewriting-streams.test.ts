import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ByteStream } from '../../src/contract/index.ts'
import { rewriteReply, type RewriteUrls } from '../../src/recording/links.ts'

const URLS = new Map([
  ['https://api.test', 'http://127.0.0.1:40001'],
  ['https://api.test:8443', 'http://127.0.0.1:40002'],
  ['http://plain.test', 'http://127.0.0.1:40003'],
])

const HEADERS = ['content-type', 'application/json', 'content-length', '10']

function streamOf(chunks: readonly string[]): ByteStream {
  const left = chunks.values()
  return {
    next: async () => {
      const chunk = left.next().value
      return chunk === undefined ? undefined : Buffer.from(chunk, 'latin1')
    },
    cancel: () => {},
  }
}

/** The chunks that come out, an empty text for each that was asked for and did not come. */
async function rewritten(chunks: readonly string[], how: RewriteUrls = 'links'): Promise<string[]> {
  const reply = { status: 200, rawHeaders: HEADERS, body: streamOf(chunks) }
  const { body } = rewriteReply(reply, URLS, how) as { body: ByteStream }
  const received: string[] = []
  for (let chunk = await body.next(); chunk !== undefined; chunk = await body.next()) {
    received.push(Buffer.from(chunk).toString('latin1'))
  }
  return received
}

function whole(text: string, how: RewriteUrls): string {
  const reply = { status: 200, rawHeaders: HEADERS, body: Buffer.from(text, 'latin1') }
  return Buffer.from(rewriteReply(reply, URLS, how).body as Uint8Array).toString('latin1')
}

/** What URLs in JSON are made of, and what comes close. */
const pieces = fc.constantFrom(
  '"',
  '\\"',
  '\\',
  'https:',
  'HTTPS:',
  '//',
  '\\/\\/',
  '\\u002f\\u002F',
  '/',
  'api.test',
  'plain.test',
  'http:',
  ':443',
  ':80',
  ':8443',
  ':',
  '%3A',
  '%',
  '3A',
  '.evil',
  'é',
  '"a"',
  '"https://api.test',
  '"https:\\/\\/api.test',
  '"http://plain.test',
  'data: {"url":"',
)

test.for<[how: RewriteUrls]>([['links'], ['text']])(
  'however a body is cut into chunks, %s are rewritten as in one piece',
  async ([how]) => {
    const text = fc.array(pieces, { maxLength: 12 }).map((all) => all.join(''))
    const cuts = fc.array(fc.nat(80), { maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(text, cuts, async (all, at) => {
        const places = [0, ...at.filter((place) => place < all.length).toSorted((a, b) => a - b)]
        const chunks = places.map((place, index) => all.slice(place, places[index + 1]))
        expect((await rewritten(chunks, how)).join('')).toBe(whole(all, how))
      }),
      { numRuns: 1_000_000, interruptAfterTimeLimit: 2000 },
    )
  },
)

test('a URL that is cut anywhere is rewritten', async () => {
  const text = String.raw`{"a":"https://api.test/x","b":"https:\/\/api.test:443\/y"}`
  const expected = String.raw`{"a":"http://127.0.0.1:40001/x","b":"http://127.0.0.1:40001\/y"}`
  for (let at = 0; at <= text.length; at++) {
    expect((await rewritten([text.slice(0, at), text.slice(at)])).join('')).toBe(expected)
  }
})

test('what is no beginning of a URL leaves with its chunk', async () => {
  const events = [
    'data: {"a":1}\n\n',
    'data: {"b":"h"}\n\n',
    'data: {"url":"https://api.test/x"}\n\n',
  ]
  expect(await rewritten(events)).toEqual([
    ...events.slice(0, 2),
    'data: {"url":"http://127.0.0.1:40001/x"}\n\n',
  ])
  expect(await rewritten(['{"a":"https://api', '.test/x"}'])).toEqual([
    '{"a":"',
    'http://127.0.0.1:40001/x"}',
  ])
})

test('a stream that breaks, breaks; one that is cancelled is cancelled at its source', async () => {
  let cancelled = false
  const body: ByteStream = {
    next: () => Promise.reject(new Error('broke')),
    cancel: () => {
      cancelled = true
    },
  }
  const reply = rewriteReply({ status: 200, rawHeaders: HEADERS, body }, URLS, 'links')
  expect(reply.rawHeaders).toEqual(['content-type', 'application/json'])
  const stream = reply.body as ByteStream
  await expect(stream.next()).rejects.toThrow('broke')
  stream.cancel()
  expect(cancelled).toBe(true)
})
