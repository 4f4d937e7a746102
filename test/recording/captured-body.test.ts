import zlib from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { filterHeaders } from '../../src/contract/index.ts'
import { capturedReplyBody, capturedRequestBody } from '../../src/recording/captured-body.ts'
import { toHarEntry } from '../../src/recording/har-entry.ts'
import { undoEncoding } from '../../src/recording/undo-encoding.ts'
import { codingsOf } from '../../src/wire/content-encoding.ts'
import { isEmptyBrotli } from '../../src/wire/decoded-stream.ts'
import { captureOf, entryErrors, replayed, replyOf } from './captured.ts'

const ENCODE = {
  gzip: zlib.gzipSync,
  'x-gzip': zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
} as const
type Coding = keyof typeof ENCODE
const CODINGS = Object.keys(ENCODE) as Coding[]
const JSON_TYPE = ['Content-Type', 'application/json']

test.for(CODINGS)('%s: what was encoded is text', async (coding) => {
  const rawHeaders = [...JSON_TYPE, 'Content-Encoding', coding.toUpperCase()]
  const wire = ENCODE[coding]('{"name":"é"}')
  expect(await capturedReplyBody(wire, rawHeaders)).toBe('{"name":"é"}')
  expect(await capturedRequestBody(wire, rawHeaders)).toBe('{"name":"é"}')
})

test('what only claims to be encoded is what it is', async () => {
  const rawHeaders = [...JSON_TYPE, 'Content-Encoding', 'gzip']
  expect(await capturedReplyBody(Buffer.from('{}'), rawHeaders)).toBe('{}')
  const broken = zlib.gzipSync('{"a":1}').subarray(0, 20)
  expect(await capturedReplyBody(broken, rawHeaders)).toEqual(broken)
  expect(await capturedRequestBody(broken, rawHeaders)).toEqual(broken)
})

test('no bytes are no body, and bytes that stand for none are an empty one', async () => {
  expect(await capturedReplyBody(new Uint8Array(), JSON_TYPE)).toBeUndefined()
  expect(await capturedRequestBody(new Uint8Array(), JSON_TYPE)).toBeUndefined()
  const rawHeaders = [...JSON_TYPE, 'Content-Encoding', 'gzip']
  expect(await capturedReplyBody(zlib.gzipSync(''), rawHeaders)).toBe('')
})

test.for<[type: string | undefined, wire: string | number[], text: string | undefined]>([
  ['application/json', '{"a":"é"}', '{"a":"é"}'],
  ['application/vnd.api+json; charset=utf-8', '{}', '{}'],
  ['application/x-ndjson', '{}\n{}\n', '{}\n{}\n'],
  ['image/svg+xml', '<svg/>', '<svg/>'],
  ['text/javascript', 'a', 'a'],
  ['text/event-stream', 'data: 1\n\n', 'data: 1\n\n'],
  ['application/x-www-form-urlencoded', 'a=1', 'a=1'],
  ['text/plain', '\uFEFFa', '\uFEFFa'],
  ['text/plain; charset=iso-8859-1', [0x5a, 0xeb, 0x80], 'Zë€'],
  ['text/plain; charset=utf-16le', [0xe9, 0x00], 'é'],
  ['text/html; charset="shift_jis"', [0x93, 0xfa], '日'],
  ['application/x-own; charset=utf-8', 'own', 'own'],
  [undefined, 'plain', 'plain'],
  // Bytes.
  [undefined, [1, 2, 3], undefined],
  ['text/plain', [0xff, 0xfe], undefined],
  ['text/plain', [0x61, 0x00], undefined],
  ['text/plain; charset=utf-8', [0xe9], undefined],
  ['text/plain; charset=nonsense', [0xe9], undefined],
  ['text/plain; charset=hex', 'abcd', undefined],
  ['image/png', 'text', undefined],
  ['application/octet-stream', 'text', undefined],
  ['image/png; charset=iso-8859-1', [0, 255, 128], undefined],
])('a reply of %s with %j', async ([type, wire, text]) => {
  const bytes = Buffer.from(wire as string)
  const rawHeaders = type === undefined ? [] : ['content-type', type]
  expect(await capturedReplyBody(bytes, rawHeaders)).toEqual(text ?? bytes)
})

test('a request is text in the charset of its type, as it is made of it again', async () => {
  const latin1 = ['content-type', 'text/plain; charset=iso-8859-1']
  expect(await capturedRequestBody(Buffer.from([0xe9]), latin1)).toBe('é')
  expect(await capturedRequestBody(Buffer.from([0xe9]), JSON_TYPE)).toEqual(Buffer.from([0xe9]))
  expect(await capturedRequestBody(Buffer.from('plain'), latin1)).toBe('plain')
})

test('what would be decoded a second time stays encoded', async () => {
  const file = zlib.gzipSync('a file')
  const wire = zlib.gzipSync(file)
  const rawHeaders = ['Content-Type', 'application/gzip', 'Content-Encoding', 'gzip']
  expect(await capturedReplyBody(wire, rawHeaders)).toEqual(wire)
  const entry = await replayed(
    captureOf({ responseHeaders: rawHeaders, responseBody: wire, responseSize: wire.byteLength }),
  )
  expect(replyOf(entry).body.equals(file)).toBe(true)
})

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant('["H4sI"]'))
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  text.map((given) => Buffer.from(given)),
  text.map((given) => Buffer.from(given, 'latin1')),
  text.map((given) => Buffer.from(given, 'utf16le')),
  fc.uint8Array().map((given) => zlib.gzipSync(given)),
  text.map((given) => Buffer.from(JSON.stringify([zlib.gzipSync(given).toString('base64')]))),
)
const TYPES = ['text/plain', 'application/json', 'image/png', 'text/event-stream', 'a/b', 'odd']
const CHARSETS = [
  'utf-8',
  'iso-8859-1',
  'utf-16le',
  'utf-16be',
  '"Shift_JIS"',
  'gb18030',
  'hex',
  'no',
]
const type = fc.option(
  fc
    .tuple(fc.constantFrom(...TYPES), fc.constantFrom('', ...CHARSETS))
    .map(([name, charset]) => (charset === '' ? name : `${name}; charset=${charset}`)),
  { nil: undefined },
)
const codings = fc.array(fc.constantFrom(...CODINGS), { maxLength: 2 })

interface Sent {
  readonly wire: Uint8Array
  readonly rawHeaders: string[]
  /** What a client makes of it. */
  readonly body: Uint8Array
  readonly isEncoded: boolean
}

const sent = fc
  .tuple(bytes, type, codings, fc.boolean())
  .map(([body, named, applied, isHonest]): Sent => {
    const coding = applied.length === 0 ? undefined : applied.join(', ')
    const rawHeaders = [
      ...(named === undefined ? [] : ['Content-Type', named]),
      ...(coding === undefined ? [] : ['Content-Encoding', coding]),
      'X-Own',
      'kept',
      'x-own',
      'kept too',
    ]
    const { bytes: undone, isEncoded } = undoEncoding(body, codingsOf(rawHeaders))
    // One byte of an empty Brotli stream is that, whoever claims it.
    if (!isHonest && !isEmptyBrotli(undone)) {
      return { wire: body, rawHeaders, body: undone, isEncoded }
    }
    const wire = applied.reduce<Uint8Array>((rest, one) => ENCODE[one](rest), body)
    return { wire, rawHeaders, body, isEncoded: false }
  })

function hex(given: Uint8Array | undefined): string | undefined {
  return given && Buffer.from(given).toString('hex')
}

const BOUNDS = { numRuns: 1_000_000, interruptAfterTimeLimit: 3000 }

test('status, headers and bytes of a reply come back as they were', async () => {
  await fc.assert(
    fc.asyncProperty(sent, fc.integer({ min: 205, max: 303 }), async (reply, status) => {
      const { wire, rawHeaders, body, isEncoded } = reply
      const capture = captureOf({
        status,
        responseHeaders: rawHeaders,
        responseBody: await capturedReplyBody(wire, rawHeaders),
        responseSize: wire.byteLength,
      })
      expect(entryErrors(toHarEntry(capture))).toEqual([])
      const entry = await replayed(capture)
      const back = replyOf(entry)
      expect(entry.answer).toMatchObject({ reply: { status } })
      expect(hex(back.body)).toBe(hex(body))
      expect(back.rawHeaders).toEqual(
        filterHeaders(rawHeaders, (name) => isEncoded || name !== 'content-encoding'),
      )
    }),
    BOUNDS,
  )
})

test('headers and bytes of a request come back as they were', async () => {
  await fc.assert(
    fc.asyncProperty(sent, async ({ wire, rawHeaders, body }) => {
      // A recording cannot tell nothing, encoded with Brotli, from the character that it is then.
      fc.pre(body.byteLength > 0 || !rawHeaders.some((value) => /\bbr\b/.test(value)))
      const capture = captureOf({
        method: 'POST',
        requestHeaders: rawHeaders,
        requestBody: await capturedRequestBody(wire, rawHeaders),
        requestSize: wire.byteLength,
      })
      expect(entryErrors(toHarEntry(capture))).toEqual([])
      const { request } = await replayed(capture)
      expect(hex(request.body)).toBe(hex(body))
      expect(request.rawHeaders).toEqual(rawHeaders)
    }),
    BOUNDS,
  )
})
