import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import type { ApiDefinition } from '../../src/index.ts'
import { connect, exchange, message } from '../support/raw-client.ts'
import { startMocks } from '../support/start.ts'
import { forwardTo, startRealApi } from './real-api.ts'

const ENCODERS = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
}

test('links in a forwarded reply lead back to the mock: Location, Link, and JSON', async () => {
  const real = await startRealApi((_, outgoing) => {
    const body = JSON.stringify({ next: `${real.url}/page/2`, text: `see ${real.url}` })
    outgoing.writeHead(201, {
      location: `${real.url}/made/1`,
      link: `<${real.url}/page/2>; rel="next"`,
      'content-type': 'application/json',
      'content-length': body.length,
    })
    outgoing.end(body)
  })
  const api = await forwardTo(real)
  const response = await fetch(`${api.url}/page/1`)
  expect(response.headers.get('location')).toBe(`${api.url}/made/1`)
  expect(response.headers.get('link')).toBe(`<${api.url}/page/2>; rel="next"`)
  expect(await response.json()).toEqual({ next: `${api.url}/page/2`, text: `see ${real.url}` })
})

test.for(Object.entries(ENCODERS))('JSON in %s is read to be rewritten', async ([name, encode]) => {
  const real = await startRealApi((_, outgoing) => {
    const body = encode(JSON.stringify({ next: `${real.url}/page/2` }))
    outgoing.writeHead(200, {
      'content-type': 'application/json',
      'content-encoding': name,
      'content-length': body.length,
    })
    outgoing.end(body)
  })
  const api = await forwardTo(real)
  const reply = await exchange(api.port, message('GET /page/1', [`Accept-Encoding: ${name}`]))
  expect(reply.body.toString()).toBe(`{"next":"${api.url}/page/2"}`)
  expect(reply.all('content-encoding')).toEqual([])
  expect(api.exchanges[0]?.response?.json()).toEqual({ next: `${api.url}/page/2` })
})

/** Starts an upstream whose replies nobody may change, and asks for one. */
async function untouched(
  definition: ApiDefinition,
  method: string,
  reply: { status: number; headers: Record<string, string>; body: Buffer },
): Promise<Buffer> {
  const real = await startRealApi((_, outgoing) => {
    outgoing.writeHead(reply.status, reply.headers)
    outgoing.end(reply.body)
  })
  const { apis } = await startMocks({
    api: { upstream: real.url, mode: 'forward', ...definition },
  })
  const got = await exchange(apis.api.port, message(`${method} /`))
  expect(got.status).toBe(reply.status)
  for (const [name, value] of Object.entries(reply.headers)) expect(got.all(name)).toEqual([value])
  return got.body
}

const json = zlib.gzipSync('{"a":1}')
const encoded = {
  'content-type': 'application/json',
  'content-encoding': 'gzip',
  'content-length': String(json.length),
}

test('what is not rewritten keeps its encoding and its bytes', async () => {
  const reply = { status: 200, headers: encoded, body: json }
  expect((await untouched({ rewriteUrls: false }, 'GET', reply)).equals(json)).toBe(true)
  expect(await untouched({}, 'HEAD', reply)).toHaveLength(0)
  const part = { status: 206, headers: { ...encoded, 'content-range': 'bytes 0-9/20' }, body: json }
  expect((await untouched({}, 'GET', part)).equals(json)).toBe(true)
  const unknown = { ...encoded, 'content-encoding': 'aes128gcm' }
  const secret = { status: 200, headers: unknown, body: json }
  expect((await untouched({}, 'GET', secret)).equals(json)).toBe(true)
})

test.for([false, true])(
  'server-sent events pass while the next ones are still to come, encoded: %s',
  async (isEncoded) => {
    const gzip = zlib.createGzip({ flush: zlib.constants.Z_SYNC_FLUSH })
    const events = Promise.withResolvers<NodeJS.WritableStream>()
    const real = await startRealApi((_, outgoing) => {
      outgoing.setHeader('content-type', 'text/event-stream')
      if (isEncoded) gzip.pipe(outgoing.setHeader('content-encoding', 'gzip'))
      events.resolve(isEncoded ? gzip : outgoing)
    })
    const api = await forwardTo(real)
    const client = await connect(api.port)
    client.send(message('GET /events'))
    const upstream = await events.promise
    upstream.write(`data: {"url":"${real.url}/1"}\n\n`)
    await client.until(/\/1"\}\n\n/)
    upstream.write('data: {"url":"')
    await client.until(/"url":"\r\n$/)
    upstream.end(`${real.url}/2"}\n\n`)
    expect((await client.reply()).body.toString()).toBe(
      `data: {"url":"${api.url}/1"}\n\ndata: {"url":"${api.url}/2"}\n\n`,
    )
  },
)

test('a client that leaves a reply that is decoded ends the request to the upstream', async () => {
  const left = Promise.withResolvers<void>()
  const gzip = zlib.createGzip({ flush: zlib.constants.Z_SYNC_FLUSH })
  const real = await startRealApi((_, outgoing) => {
    outgoing.once('close', () => left.resolve())
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    gzip.pipe(outgoing)
    gzip.write('[1,')
  })
  const api = await forwardTo(real)
  const client = await connect(api.port)
  client.send(message('GET /'))
  await client.until(/\[1,/)
  client.socket.destroy()
  await left.promise
  await expect.poll(() => api.exchanges[0]).toMatchObject({ outcome: 'aborted' })
})

test('cookies of the upstream are kept by a client of the mock', async () => {
  const real = await startRealApi((_, outgoing) => {
    outgoing.setHeader('set-cookie', ['a=1; Domain=api.test; Secure; Path=/', 'b=2; HttpOnly'])
    outgoing.end()
  })
  const api = await forwardTo(real)
  const { headers } = await fetch(api.url)
  expect(headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; HttpOnly'])
})

test('a mistake in match is found in every mode', async () => {
  const api: ApiDefinition = {
    upstream: 'http://127.0.0.1:1',
    mode: 'forward',
    match: { ignoreBody: ['user'] },
  }
  await expect(startMocks({ api })).rejects.toThrow(
    `the API api: match.ignoreBody got "user"; it takes JSON paths`,
  )
})
