import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import type { RawReply } from '../support/raw-client.ts'
import { ask, entryOf, harOf, listed, replay, replayFile, writeRecording } from '../support/har.ts'

const TEXT = '{"name":"Zoë","list":[1,2,3,4,5,6,7,8,9]}'
const ENCODE = {
  gzip: zlib.gzipSync,
  'x-gzip': zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
} as const
const CODINGS = Object.keys(ENCODE) as (keyof typeof ENCODE)[]

/** The reply to `GET /` from a recording with this one response. */
async function replyOf(headers: readonly string[], content: object): Promise<RawReply> {
  return ask(await replay([entryOf({}, { headers: listed(...headers), content })]))
}

function base64(bytes: Uint8Array): object {
  return { size: 9, encoding: 'base64', text: Buffer.from(bytes).toString('base64') }
}

/** What of a reply tells whether its body is as a client reads it. */
function plain({ status, body, all }: RawReply): unknown[] {
  return [status, body.toString(), all('content-encoding'), all('content-length')]
}

function plainOf(text = TEXT): unknown[] {
  return [200, text, [], [String(Buffer.byteLength(text))]]
}

test.each(CODINGS)('%s: a body that was decoded loses the header', async (coding) => {
  expect(plain(await replyOf([`Content-Encoding: ${coding}`], { size: 41, text: TEXT }))).toEqual(
    plainOf(),
  )
  expect(plain(await replyOf([`content-encoding: ${coding}`], base64(Buffer.from(TEXT))))).toEqual(
    plainOf(),
  )
})

test.each(CODINGS)('%s: a body that is still encoded is decoded', async (coding) => {
  expect(
    plain(await replyOf([`Content-Encoding: ${coding}`], base64(ENCODE[coding](TEXT)))),
  ).toEqual(plainOf())
})

test('codings over each other, in any case, are all undone', async () => {
  const twice = zlib.gzipSync(zlib.brotliCompressSync(TEXT))
  expect(plain(await replyOf(['Content-Encoding: BR, GZip'], base64(twice)))).toEqual(plainOf())
})

test('deflate without the header of zlib is decoded, and text that could be such is text', async () => {
  expect(
    plain(await replyOf(['Content-Encoding: deflate'], base64(zlib.deflateRawSync(TEXT)))),
  ).toEqual(plainOf())
  for (const text of ['{}', 'K', '+']) {
    expect(plain(await replyOf(['Content-Encoding: deflate'], base64(Buffer.from(text))))).toEqual(
      plainOf(text),
    )
  }
})

test('a gzip file without a content-encoding stays a gzip file', async () => {
  const file = zlib.gzipSync(TEXT)
  const reply = await replyOf(['Content-Type: application/gzip'], base64(file))
  expect(reply.body.equals(file)).toBe(true)
})

test('a broken encoding is replayed as it was, with its header', async () => {
  const broken = zlib.gzipSync(TEXT).subarray(0, 30)
  const reply = await replyOf(['Content-Encoding: gzip'], base64(broken))
  expect(reply.body.equals(broken)).toBe(true)
  expect(reply.all('content-encoding')).toEqual(['gzip'])
})

test('an encoding that is the name of a property of all objects is none', async () => {
  for (const coding of ['__proto__', 'constructor', 'toString']) {
    expect(
      plain(await replyOf([`Content-Encoding: ${coding}`], base64(Buffer.from(TEXT)))),
    ).toEqual(plainOf())
  }
})

test('bytes kept as characters are still gzip', async () => {
  const text = zlib.gzipSync(TEXT).toString('latin1')
  expect(plain(await replyOf(['Content-Encoding: gzip'], { size: text.length, text }))).toEqual(
    plainOf(),
  )
})

test('base64 is bytes', async () => {
  const bytes = Buffer.from([0, 255, 128, 10, 13, 0x1f])
  const reply = await replyOf(['Content-Type: image/png'], base64(bytes))
  expect(reply.body.equals(bytes)).toBe(true)
  const spelled = await replyOf([], { size: 6, encoding: 'Base64', text: 'AP+ACg0f' })
  expect(spelled.body.equals(bytes)).toBe(true)
})

test.each(['hex', 'base64'] as const)(
  'chunks of an encoded body in %s are one body',
  async (format) => {
    const encoded = zlib.gzipSync(TEXT)
    const chunks = [encoded.subarray(0, 10), encoded.subarray(10, 21), encoded.subarray(21)]
    const text = JSON.stringify(chunks.map((chunk) => chunk.toString(format)))
    expect(plain(await replyOf(['Content-Encoding: gzip'], { size: text.length, text }))).toEqual(
      plainOf(),
    )
  },
)

test('chunks in base64 that is said to be are one body, encoded or not', async () => {
  const encoded = zlib.gzipSync(TEXT)
  for (const [bytes, headers] of [
    [encoded, ['Content-Encoding: gzip']],
    [Buffer.from(TEXT), []],
  ] as const) {
    const chunks = [bytes.subarray(0, 10), bytes.subarray(10)]
    const text = JSON.stringify(chunks.map((chunk) => chunk.toString('base64')))
    expect(plain(await replyOf(headers, { size: text.length, encoding: 'base64', text }))).toEqual(
      plainOf(),
    )
  }
})

test('JSON that only looks like chunks is JSON', async () => {
  for (const text of ['["ab","cd"]', '["abc="]', '[]', '["1f8b"]', '["x', '[1]']) {
    expect(plain(await replyOf(['Content-Encoding: gzip'], { size: 9, text }))).toEqual(
      plainOf(text),
    )
  }
})

test('text is sent in the charset that its type declares', async () => {
  const cases = [
    ['text/plain; charset=iso-8859-1', 'Zoë ¡', 'Zo\u00EB \u00A1'],
    // Browsers take iso-8859-1 for windows-1252.
    ['text/plain; charset=ISO-8859-1', '€ “a”', '\u0080 \u0093a\u0094'],
    ['text/html;charset="windows-1251"', 'Да', '\u00C4\u00E0'],
    ['text/html; charset=shift_jis', '日本', '\u0093\u00FA\u0096{'],
    ['text/plain; charset=gb2312', '中', '\u00D6\u00D0'],
    ['text/plain; charset=utf-16le', 'é', '\u00E9\u0000'],
  ] as const
  for (const [type, text, bytes] of cases) {
    const reply = await replyOf([`Content-Type: ${type}`], { size: 9, text })
    expect(reply.body.toString('latin1')).toBe(bytes)
    expect(reply.all('content-type')).toEqual([type])
    const fromContent = await replyOf([], { size: 9, text, mimeType: type })
    expect(fromContent.body.toString('latin1')).toBe(bytes)
  }
})

test('text that its charset cannot hold is sent in UTF-8, and the type says so', async () => {
  for (const charset of ['iso-8859-1', '"shift_jis"', 'us-ascii', 'hex', '__proto__', 'none']) {
    const type = `text/plain; charset=${charset}; format=flowed`
    const reply = await replyOf([`Content-Type: ${type}`], { size: 9, text: 'ë 日 🎉' })
    expect(reply.body.toString()).toBe('ë 日 🎉')
    expect(reply.all('content-type')).toEqual(['text/plain; charset=utf-8; format=flowed'])
  }
})

test('a body that had a size and was not kept is a 501 that says so', async () => {
  const contents = [{ size: 10 }, { size: '10', text: '' }, { size: 10, text: null }]
  for (const content of contents) {
    const file = await writeRecording(harOf([entryOf({ url: '/a?b=c' }, { content })]))
    const api = await replayFile(file)
    const reply = await ask(api, 'GET /a?b=c')
    expect(reply.status).toBe(501)
    expect(reply.body.toString()).toBe(
      `mockberth: api: RECORDED_BODY_MISSING: ${file}, entry 1 (GET /a?b=c): its body had a size, but was not kept. Record it again with bodies, or answer it with a handler.\n`,
    )
    expect(api.exchanges[0]).toMatchObject({ outcome: 'failed' })
  }
})

test('without content, the size on the wire says that there was a body', async () => {
  for (const content of [undefined, {}, { size: -1 }]) {
    expect((await ask(await replay([entryOf({}, { content, bodySize: 10 })]))).status).toBe(501)
    expect((await ask(await replay([entryOf({}, { content, bodySize: -1 })]))).status).toBe(200)
  }
})

test('a body that nobody gets need not be kept', async () => {
  const content = { size: 10 }
  const headers = listed('Content-Length: 10', 'ETag: "1"')
  const api = await replay([
    entryOf({ url: '/head', method: 'HEAD' }, { content, headers }),
    entryOf({ url: '/204' }, { status: 204, content, headers }),
    entryOf({ url: '/304' }, { status: 304, content, headers }),
    entryOf({ url: '/get' }, { content, headers }),
  ])
  const statuses = []
  for (const request of ['HEAD /head', 'GET /204', 'GET /304', 'HEAD /get']) {
    const reply = await ask(api, request)
    expect(reply.all('etag')).toEqual(['"1"'])
    statuses.push(reply.status, reply.all('content-length')[0])
  }
  expect(statuses).toEqual([200, '10', 204, undefined, 304, '10', 200, '10'])
  expect((await ask(api, 'GET /get')).status).toBe(501)
})

test('form fields without text are the form that was sent', async () => {
  const type = 'application/x-www-form-urlencoded'
  const params = listed('name: Zoë & co', 'page: 2', 'empty:')
  const content = { size: 2, text: 'hi' }
  const api = await replay([
    entryOf({ method: 'POST', bodySize: 40, postData: { mimeType: type, params } }, { content }),
  ])
  const headers = [`content-type: ${type}`]
  const form = 'name=Zo%C3%AB+%26+co&page=2&empty='
  expect((await ask(api, 'POST /', headers, form)).body.toString()).toBe('hi')
  expect((await ask(api, 'POST /', headers, form.replace('2', '3'))).status).toBe(501)
})

test('multipart fields without text are the form that was sent', async () => {
  const params = [
    { name: 'user', value: 'zoe' },
    { name: 'file', value: 'bytes', fileName: 'a.txt', contentType: 'text/plain' },
  ]
  const postData = { mimeType: 'multipart/form-data; boundary=then', params }
  const content = { size: 2, text: 'hi' }
  const api = await replay([entryOf({ method: 'POST', bodySize: 40, postData }, { content })])
  const send = (value: string): Promise<RawReply> =>
    ask(
      api,
      'POST /',
      ['content-type: multipart/form-data; boundary=now'],
      '--now\r\nContent-Disposition: form-data; name="user"\r\n\r\nzoe\r\n' +
        '--now\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n' +
        `Content-Type: text/plain\r\n\r\n${value}\r\n--now--\r\n`,
    )
  expect((await send('bytes')).body.toString()).toBe('hi')
  expect((await send('other')).status).toBe(501)
})

test('a request body that had a size and was not kept matches any', async () => {
  const content = { size: 2, text: 'hi' }
  for (const postData of [undefined, null, { mimeType: 'text/plain', text: '' }]) {
    const api = await replay([entryOf({ method: 'POST', bodySize: 5, postData }, { content })])
    expect((await ask(api, 'POST /', [], 'hello')).body.toString()).toBe('hi')
  }
  const empty = entryOf({ method: 'POST', bodySize: 0, postData: { text: '' } }, { content })
  expect((await ask(await replay([empty]), 'POST /', [], 'hello')).status).toBe(501)
})
