import zlib from 'node:zlib'
import { bypass, http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { connect, exchange, message } from '../support/raw-client.ts'
import { controlledBody } from '../wire/chunks.ts'
import { startApi } from '../wire/start-api.ts'
import { startRealApi, type RealApi } from './real-api.ts'

const TEXT = JSON.stringify({ login: 'octocat', bio: 'é'.repeat(2000) })

const QUALITY = zlib.constants.BROTLI_PARAM_QUALITY
const ENCODERS: Record<string, (text: string) => Buffer> = {
  gzip: (text) => zlib.gzipSync(text),
  deflate: (text) => zlib.deflateSync(text),
  br: (text) => zlib.brotliCompressSync(text, { params: { [QUALITY]: 4 } }),
  identity: (text) => Buffer.from(text),
}

function startEncodedApi(text = TEXT): Promise<RealApi> {
  return startRealApi(({ target }, outgoing) => {
    const encoding = /\w+/.exec(target)![0]
    if (encoding !== 'identity') outgoing.setHeader('content-encoding', encoding)
    outgoing.setHeader('content-type', 'application/json')
    outgoing.setHeader('set-cookie', ['a=1', 'b=2'])
    outgoing.end(ENCODERS[encoding]!(text))
  })
}

const direct = http.all('*', ({ request }) => fetch(bypass(request)))
const copied = http.all('*', async ({ request }) => {
  const response = await fetch(bypass(request))
  return new HttpResponse(response.body, response)
})
const changed = http.all('*', async ({ request }) => {
  const response = await fetch(bypass(request))
  const user = (await response.json()) as object
  return HttpResponse.json({ ...user, name: 'mocked' }, { headers: response.headers })
})

test.each(Object.keys(ENCODERS))('fetch(bypass(request)) of a %s body', async (encoding) => {
  const real = await startEncodedApi()
  for (const handler of [direct, copied]) {
    const api = await startApi([handler], { upstream: real.url })
    const reply = await exchange(api.port, message(`GET /${encoding}/users/octocat?x=1`))
    expect(reply.status).toBe(200)
    expect(reply.body.toString()).toBe(TEXT)
    expect(reply.all('content-encoding')).toEqual([])
    expect(reply.all('content-type')).toEqual(['application/json'])
    expect(reply.all('set-cookie')).toEqual(['a=1', 'b=2'])
    const response = await fetch(`${api.url}/${encoding}`)
    expect(await response.text()).toBe(TEXT)
    expect(api.exchanges.map((one) => [one.outcome, one.response?.text()])).toEqual([
      ['mocked', TEXT],
      ['mocked', TEXT],
    ])
  }
  expect(real.asked[0]).toMatchObject({ method: 'GET', target: `/${encoding}/users/octocat?x=1` })
})

test.each(Object.keys(ENCODERS))('a %s body that was read and changed', async (encoding) => {
  const real = await startEncodedApi()
  const api = await startApi([changed], { upstream: real.url })
  const user = await (await fetch(`${api.url}/${encoding}`)).json()
  expect(user).toEqual({ ...JSON.parse(TEXT), name: 'mocked' })
})

test.each([...'abcx', '[1,2,3]', 'data: 1\n\n', ' '])(
  'a copied brotli body that decodes to %j',
  async (text) => {
    const real = await startEncodedApi(text)
    const api = await startApi([copied], { upstream: real.url })
    const response = await fetch(`${api.url}/br`)
    expect(await response.text()).toBe(text)
  },
)

test('a compressed file that was compressed again on its way is a compressed file', async () => {
  const file = zlib.gzipSync(TEXT)
  const real = await startRealApi((_, outgoing) => {
    outgoing.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/gzip' })
    outgoing.end(zlib.gzipSync(file))
  })
  const api = await startApi([direct], { upstream: real.url })
  const reply = await exchange(api.port, message('GET /file.gz'))
  expect(reply.body.equals(file)).toBe(true)
  expect(reply.all('content-encoding')).toEqual([])
})

test('a large decoded body is streamed, whatever its encoding was', async () => {
  const text = JSON.stringify(Array.from({ length: 40_000 }, (_, id) => ({ id, name: `n${id}` })))
  const real = await startEncodedApi(text)
  for (const handler of [direct, copied]) {
    const api = await startApi([handler], { upstream: real.url })
    for (const encoding of Object.keys(ENCODERS)) {
      expect(await (await fetch(`${api.url}/${encoding}`)).text()).toBe(text)
    }
  }
})

test('the mark of bypass() is not on the wire; what the client accepts is', async () => {
  const real = await startEncodedApi()
  const api = await startApi([direct], { upstream: real.url })
  await exchange(api.port, message('GET /identity'))
  await exchange(api.port, message('GET /identity', ['Accept: application/json, text/plain;q=0.5']))
  expect(real.asked.map(({ headers }) => headers.accept)).toEqual([
    '*/*',
    'application/json, text/plain;q=0.5',
  ])
  expect(JSON.stringify(real.asked.map(({ rawHeaders }) => rawHeaders))).not.toContain('msw')
})

test('the real API is asked under its own name, with what was sent', async () => {
  const real = await startEncodedApi()
  const api = await startApi([direct], { upstream: real.url })
  const body = 'x'.repeat(100_000)
  const client = await connect(api.port)
  client.send(
    `POST /gzip?q=%20 HTTP/1.1\r\nHost: localhost:${api.port}\r\nAuthorization: Bearer t\r\n` +
      'Expect: 100-continue\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\n' +
      `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  )
  expect((await client.reply()).status).toBe(100)
  expect((await client.reply()).body.toString()).toBe(TEXT)
  const [asked] = real.asked
  expect(asked).toMatchObject({ method: 'POST', target: '/gzip?q=%20' })
  expect(asked?.body.toString()).toBe(body)
  expect(asked?.headers).toMatchObject({
    host: real.url.slice('http://'.length),
    authorization: 'Bearer t',
  })
  expect(asked?.headers).not.toHaveProperty('te')
  expect(asked?.headers).not.toHaveProperty('keep-alive')
})

test('a tenant’s Host is what handlers see', async () => {
  const api = await startApi(
    [http.get('/', ({ request }) => HttpResponse.text(request.headers.get('host')))],
    { upstream: 'https://api.github.com' },
  )
  const hostOf = async (host: string): Promise<string> =>
    (await exchange(api.port, message('GET /', [`Host: ${host}`]))).body.toString()
  expect(await hostOf('tenant.localhost:81')).toBe('tenant.localhost:81')
  expect(await hostOf(`127.0.0.1:${api.port}`)).toBe('api.github.com')
  expect(await hostOf(`[::1]:${api.port}`)).toBe('api.github.com')
})

test('a handler’s own encoded bodies keep their headers, however slowly they come', async () => {
  const api = await startApi(
    Object.entries(ENCODERS).map(([encoding, encode]) =>
      http.get(`/${encoding}`, ({ request }) => {
        const bytes = encode(TEXT)
        const headers = { 'content-encoding': encoding }
        if (!new URL(request.url).searchParams.has('slow')) {
          return HttpResponse.arrayBuffer(new Uint8Array(bytes).buffer, { headers })
        }
        const body = new ReadableStream<Uint8Array>({
          async pull(controller) {
            await new Promise((resolve) => setTimeout(resolve, 20))
            controller.enqueue(bytes.subarray(0, 40))
            controller.enqueue(bytes.subarray(40))
            controller.close()
          },
        })
        return new HttpResponse(body, { headers })
      }),
    ),
  )
  for (const [encoding, encode] of Object.entries(ENCODERS)) {
    for (const path of [`/${encoding}`, `/${encoding}?slow`]) {
      const reply = await exchange(api.port, message(`GET ${path}`))
      expect(reply.all('content-encoding')).toEqual([encoding])
      expect(reply.body.equals(encode(TEXT))).toBe(true)
      expect(await (await fetch(api.url + path)).text()).toBe(TEXT)
    }
  }
})

test('a compressed stream that never gives a byte is cancelled when the client leaves', async () => {
  const stream = controlledBody()
  const reached = Promise.withResolvers<void>()
  const api = await startApi([
    http.get('/never', () => {
      reached.resolve()
      return new HttpResponse(stream.body, { headers: { 'content-encoding': 'gzip' } })
    }),
  ])
  const client = await connect(api.port)
  client.send(message('GET /never'))
  await reached.promise
  client.socket.destroy()
  await stream.cancelled
  expect(api.exchanges[0]?.outcome).toBe('aborted')
})

test('a bypass whose real API is down is a 500 that says why', async () => {
  const gone = await startApi([])
  await gone.stop()
  const api = await startApi([direct], { upstream: gone.url })
  const reply = await exchange(api.port, message('GET /x'))
  expect(reply.status).toBe(500)
  expect(reply.body.toString()).toContain('fetch failed')
  expect(reply.body.toString()).toContain('ECONNREFUSED')
})

test('a mock may be the real API of another', async () => {
  const real = await startApi([http.get('/x', () => HttpResponse.text('real'))])
  const api = await startApi([direct], { upstream: real.url })
  for (let round = 0; round < 2; round++) {
    expect(await (await fetch(`${api.url}/x`)).text()).toBe('real')
  }
})

test('bypass() without an upstream is a 500 that says so, and does not go round in circles', async () => {
  let calls = 0
  const counted = http.all('*', ({ request }) => {
    calls += 1
    return fetch(bypass(request))
  })
  const api = await startApi([counted])
  const reply = await (await fetch(`${api.url}/x`)).text()
  expect(reply).toBe(
    "mockberth: api: a handler called bypass(), which asks the real API, and no upstream is declared: that request came back to the mock itself. Declare one: upstream: 'https://api.example.com'.\n",
  )
  expect(calls).toBe(1)
})
