import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { connect, exchange, message } from '../support/raw-client.ts'
import { forwardTo, startRawApi, startRealApi } from './real-api.ts'

test('a compressed body is passed on byte by byte, with headers that are true', async () => {
  const encoded = zlib.gzipSync('hello '.repeat(1000))
  const real = await startRealApi((_, outgoing) => {
    outgoing.writeHead(203, 'Quite Fine', {
      'Content-Type': 'text/plain',
      'Content-Encoding': 'gzip',
      'Content-Length': encoded.length,
      ETag: '"1"',
    })
    outgoing.end(encoded)
  })
  const api = await forwardTo(real)
  const reply = await exchange(api.port, message('GET /users?page=2', ['Accept-Encoding: gzip']))
  expect(reply).toMatchObject({ status: 203, statusText: 'Quite Fine' })
  expect(reply.body.equals(encoded)).toBe(true)
  expect(reply.all('content-encoding')).toEqual(['gzip'])
  expect(reply.all('content-length')).toEqual([String(encoded.length)])
  expect(reply.rawHeaders).toContain('ETag')
  const { response } = api.exchanges[0]!
  expect(Buffer.from(response!.body).equals(encoded)).toBe(true)
  expect(response?.text()).toBe('hello '.repeat(1000))
  expect(await (await fetch(`${api.url}/users`)).text()).toBe('hello '.repeat(1000))
})

test('the request arrives as it was: method, target, headers, body; under the upstream’s name', async () => {
  const real = await startRealApi((_, outgoing) => outgoing.end())
  const api = await forwardTo(real)
  const client = await connect(api.port)
  client.send(
    'PUT //a/%zz/..;x?q=%20&q=+ HTTP/1.1\r\nHost: 127.0.0.1:1\r\nX-Case: Kept\r\nX-Twice: 1\r\nX-Twice: 2\r\n' +
      'Cookie: a=1\r\nX-Mine: private\r\nConnection: keep-alive, X-Mine\r\nKeep-Alive: timeout=5\r\n' +
      'Proxy-Connection: keep-alive\r\nTE: trailers\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody',
  )
  expect((await client.reply()).status).toBe(100)
  expect((await client.reply()).status).toBe(200)
  const [asked] = real.asked
  expect(asked).toMatchObject({ method: 'PUT', target: '//a/%zz/..;x?q=%20&q=+' })
  expect(asked?.body.toString()).toBe('body')
  expect(pairs(asked!.rawHeaders)).toEqual([
    ['host', real.url.slice('http://'.length)],
    ['connection', 'keep-alive'],
    ['X-Case', 'Kept'],
    ['X-Twice', '1'],
    ['X-Twice', '2'],
    ['Cookie', 'a=1'],
    ['content-length', '4'],
  ])
})

test('what the upstream says about its own connection stays there', async () => {
  const real = await startRealApi((_, outgoing) => {
    outgoing.writeHead(200, {
      connection: 'close, x-hop',
      'x-hop': '1',
      'keep-alive': 'timeout=1',
      'proxy-connection': 'close',
      'x-end': 'to end',
    })
    outgoing.end('body')
  })
  const api = await forwardTo(real)
  const client = await connect(api.port)
  for (let round = 0; round < 2; round++) {
    client.send(message('GET /'))
    const reply = await client.reply()
    expect(reply.all('connection')).toEqual(['keep-alive'])
    expect(reply.all('x-end')).toEqual(['to end'])
    expect(reply.all('x-hop').concat(reply.all('proxy-connection'))).toEqual([])
    expect(reply.body.toString()).toBe('body')
  }
})

test('each Set-Cookie and each repeated header stays a line of its own', async () => {
  const real = await startRealApi((_, outgoing) => {
    outgoing.setHeader('set-cookie', ['a=1; Path=/', 'b=2'])
    outgoing.setHeader('link', ['<a>; rel=next', '<b>; rel=last'])
    outgoing.end()
  })
  const api = await forwardTo(real)
  const reply = await exchange(api.port, message('GET /'))
  expect(reply.all('set-cookie')).toEqual(['a=1; Path=/', 'b=2'])
  expect(reply.all('link')).toEqual(['<a>; rel=next', '<b>; rel=last'])
})

test('header values and reason phrases are passed on byte by byte', async () => {
  const real = await startRawApi((socket) => {
    socket.once('data', () => {
      socket.end(
        Buffer.from(
          'HTTP/1.1 200 Très bien 好\r\nX-Utf8: caf\u00e9 好\r\nContent-Length: 2\r\n\r\nok',
        ),
      )
    })
  })
  const api = await forwardTo(real)
  const reply = await exchange(api.port, message('GET /'))
  expect(utf8(reply.statusText)).toBe('Très bien 好')
  expect(utf8(reply.all('x-utf8')[0]!)).toBe('caf\u00e9 好')
  expect(reply.body.toString()).toBe('ok')
})

test('redirects are the client’s business', async () => {
  const real = await startRealApi(({ target }, outgoing) => {
    if (target === '/old') outgoing.writeHead(302, { location: '/new' })
    outgoing.end(target)
  })
  const api = await forwardTo(real)
  const reply = await exchange(api.port, message('GET /old'))
  expect([reply.status, reply.all('location')]).toEqual([302, ['/new']])
  expect(await (await fetch(`${api.url}/old`)).text()).toBe('/new')
  expect(real.asked.map(({ target }) => target)).toEqual(['/old', '/old', '/new'])
})

test('HEAD, 204 and 304 are passed on without body, on one connection', async () => {
  const real = await startRealApi(({ target, method }, outgoing) => {
    outgoing.statusCode = Number(target.slice(1))
    if (method === 'HEAD') outgoing.setHeader('content-length', 1234)
    outgoing.end()
  })
  const api = await forwardTo(real)
  const client = await connect(api.port)
  for (let round = 0; round < 2; round++) {
    client.send(message('HEAD /200') + message('GET /204') + message('GET /304'))
    const head = await client.reply('HEAD')
    expect([head.status, head.all('content-length')]).toEqual([200, ['1234']])
    expect((await client.reply()).status).toBe(204)
    expect((await client.reply()).status).toBe(304)
  }
  const methods = real.asked.map(({ method }) => method).toSorted()
  expect(methods.join(' ')).toBe('GET GET GET GET HEAD HEAD')
})

test('GET with a body is passed on with it', async () => {
  const real = await startRealApi(({ body }, outgoing) => outgoing.end(body))
  const api = await forwardTo(real)
  const reply = await exchange(api.port, message('GET /_search', [], '{"query":{}}'))
  expect(reply.body.toString()).toBe('{"query":{}}')
  expect(api.exchanges[0]?.request.text()).toBe('{"query":{}}')
})

function pairs(rawHeaders: readonly string[]): string[][] {
  return Array.from({ length: rawHeaders.length / 2 }, (_, at) =>
    rawHeaders.slice(2 * at, 2 * at + 2),
  )
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString()
}
