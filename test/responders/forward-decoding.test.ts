import type net from 'node:net'
import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { connect, exchange, message, type RawReply } from '../support/raw-client.ts'
import { forwardTo, startRawApi, startRealApi } from './real-api.ts'

const JSON_TYPE = 'application/json'

/** What a client gets where the upstream sends JSON in parts, under a content-encoding. */
async function forwarded(
  codings: string | readonly string[],
  ...parts: readonly (string | Uint8Array)[]
): Promise<RawReply> {
  const real = await startRealApi(async (_, outgoing) => {
    outgoing.setHeader('content-type', JSON_TYPE)
    outgoing.setHeader('content-encoding', codings)
    for (const part of parts) {
      await new Promise<void>((done) => void outgoing.write(part, () => done()))
    }
    outgoing.end()
  })
  return exchange((await forwardTo(real)).port, message('GET /'))
}

function told({ status, body, all }: RawReply): unknown[] {
  return [status, body.toString(), all('content-encoding')]
}

const TEXT = JSON.stringify({ list: Array.from({ length: 100 }, (_, index) => `item ${index}`) })
const ENCODERS = {
  gzip: zlib.gzipSync,
  'x-gzip': zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
}

test.for(Object.keys(ENCODERS))('an empty body under %s is an empty body', async (coding) => {
  expect(told(await forwarded(coding))).toEqual([200, '', []])
  const real = await startRealApi((_, outgoing) => {
    const headers = { 'content-type': JSON_TYPE, 'content-encoding': coding, 'content-length': 0 }
    outgoing.writeHead(200, headers).end()
  })
  const reply = await exchange((await forwardTo(real)).port, message('GET /'))
  expect(told(reply)).toEqual([200, '', []])
})

test.for(Object.entries(ENCODERS))('nothing in %s is an empty body', async ([coding, encode]) => {
  expect(told(await forwarded(coding, encode('')))).toEqual([200, '', []])
})

test.for(Object.entries(ENCODERS))(
  '%s is decoded that comes byte by byte',
  async ([name, encode]) => {
    const parts = Array.from(encode('{"a":"é"}'), (byte) => Buffer.from([byte]))
    expect(told(await forwarded(name, ...parts))).toEqual([200, '{"a":"é"}', []])
  },
)

test('deflate without the header of zlib is decoded', async () => {
  expect(told(await forwarded('deflate', zlib.deflateRawSync(TEXT)))).toEqual([200, TEXT, []])
  const stored = zlib.deflateRawSync(TEXT, { level: 0 })
  expect(told(await forwarded('deflate', stored))).toEqual([200, TEXT, []])
})

test.for(['gzip', 'deflate', 'br'] as const)(
  '%s that breaks off is read as far as it goes',
  async (coding) => {
    const whole = ENCODERS[coding](TEXT)
    const { status, body, all } = await forwarded(coding, whole.subarray(0, -8))
    expect([status, all('content-encoding')]).toEqual([200, []])
    expect(TEXT.startsWith(body.toString())).toBe(true)
    expect(body.length).toBeGreaterThan(coding === 'gzip' ? TEXT.length - 1 : 10)
  },
)

test.for(Object.keys(ENCODERS))('what is not in %s, though it says so, passes', async (coding) => {
  for (const text of [TEXT, '{"a":1}', '{}', '1', '80', '["é"]', '"x^y"', ' '.repeat(100)]) {
    expect(told(await forwarded(coding, text))).toEqual([200, text, []])
  }
})

test('identity, and encodings over each other, are undone', async () => {
  const twice = zlib.gzipSync(zlib.gzipSync(TEXT))
  const mixed = zlib.brotliCompressSync(zlib.gzipSync(TEXT))
  const cases = [
    ['identity', Buffer.from(TEXT)],
    ['Identity, GZIP', zlib.gzipSync(TEXT)],
    ['gzip, gzip', twice],
    ['gzip, br', mixed],
    [['gzip', 'br'], mixed],
    ['gzip, br', zlib.gzipSync(TEXT)],
  ] as const
  for (const [codings, bytes] of cases) {
    expect(told(await forwarded(codings, bytes))).toEqual([200, TEXT, []])
  }
})

test('where one encoding is not known, or there are more than anybody applies, all stay', async () => {
  const bytes = zlib.gzipSync(TEXT)
  for (const codings of [
    'aes128gcm',
    'aes128gcm, gzip',
    'gzip, dcb',
    Array(6).fill('gzip').join(),
  ]) {
    const reply = await forwarded(codings, bytes)
    expect([reply.status, reply.all('content-encoding')]).toEqual([200, [codings]])
    expect(reply.body.equals(bytes)).toBe(true)
  }
})

test('a first part that unpacks to very much is not unpacked at once', async () => {
  const bomb = zlib.brotliCompressSync(Buffer.alloc(3_000_000, '[1]'))
  expect((await forwarded('br', bomb)).body.length).toBe(3_000_000)
})

test('the head of a reply is not held back until its body tells what it is', async () => {
  const opened = Promise.withResolvers<net.Socket>()
  const real = await startRawApi((socket) => {
    socket.once('data', () => opened.resolve(socket))
  })
  const client = await connect((await forwardTo(real)).port)
  client.send(message('GET /'))
  const upstream = await opened.promise
  upstream.write(
    `HTTP/1.1 200 OK\r\nContent-Type: ${JSON_TYPE}\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n`,
  )
  await client.until(/\r\n\r\n$/)
  upstream.write('7\r\n{"a":1}\r\n0\r\n\r\n')
  expect((await client.reply()).body.toString()).toBe('{"a":1}')
})

test('a client that leaves before the body tells what it is ends the request', async () => {
  const left = Promise.withResolvers<void>()
  const real = await startRealApi((_, outgoing) => {
    outgoing.once('close', () => left.resolve())
    outgoing.writeHead(200, { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' })
    outgoing.flushHeaders()
  })
  const api = await forwardTo(real)
  const client = await connect(api.port)
  client.send(message('GET /'))
  await client.until(/\r\n\r\n$/)
  client.socket.destroy()
  await left.promise
  await expect.poll(() => api.exchanges[0]).toMatchObject({ outcome: 'aborted' })
})

test('what begins as it should and breaks later breaks the reply', async () => {
  const real = await startRealApi((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' })
    outgoing.end(Buffer.concat([zlib.gzipSync(TEXT).subarray(0, 20), Buffer.alloc(50, 255)]))
  })
  const api = await forwardTo(real)
  const client = await connect(api.port)
  client.send(message('GET /'))
  expect(await client.over()).toBe('ECONNRESET')
  expect(api.exchanges[0]).toMatchObject({ outcome: 'failed' })
})

test('of a part of a body only the headers are rewritten', async () => {
  const real = await startRealApi((_, outgoing) => {
    outgoing.writeHead(206, {
      'content-type': JSON_TYPE,
      'content-range': 'bytes 0-9/90',
      'content-location': `//${real.url.slice('http://'.length)}/whole`,
    })
    outgoing.end(`["${real.url}/a"`)
  })
  const api = await forwardTo(real)
  const reply = await exchange(api.port, message('GET /'))
  expect(reply.body.toString()).toBe(`["${real.url}/a"`)
  expect(reply.all('content-location')).toEqual([`${api.url}/whole`])
})
