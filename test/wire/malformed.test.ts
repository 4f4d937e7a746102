import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import { http, HttpResponse } from 'msw'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connect, exchange, message } from '../support/raw-client.ts'
import { controlledBody } from './chunks.ts'
import { startApi } from './start-api.ts'

const hello = http.get('/hello', () => HttpResponse.text('hello'))

test.each([
  ['no HTTP at all', 'hello, is anybody there?\r\n\r\n'],
  ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03'],
  ['an unknown method', 'BREW /pot HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['an unknown version', 'GET / HTTP/7.7\r\nHost: localhost\r\n\r\n'],
  ['a space in the target', 'GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['a target that is no path', 'GET users HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['a header without colon', 'GET / HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n'],
  ['a header with a space in its name', 'GET / HTTP/1.1\r\nHost: localhost\r\nX Y: z\r\n\r\n'],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
  [
    'a content-length that is no number',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n',
  ],
  [
    'two content-lengths',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
  ],
  [
    'two framings',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n'],
  ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
])('%s is a 400 and the end of the connection, and the server lives', async (_, bytes) => {
  const api = await startApi([hello])
  const client = await connect(api.port)
  client.send(bytes)
  expect(await client.over()).toBe('end')
  const reply = await client.reply()
  expect(reply.status).toBe(400)
  expect(reply.all('connection')).toEqual(['close'])
  expect((await exchange(api.port, message('GET /hello'))).body.toString()).toBe('hello')
})

test('a broken chunk in a body is a 400', async () => {
  const api = await startApi([
    http.post('/upload', async ({ request }) => HttpResponse.text(await request.text())),
  ])
  const client = await connect(api.port)
  client.send(
    'POST /upload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n',
  )
  expect(await client.over()).toBe('end')
  const reply = await client.reply()
  expect(reply.status).toBe(400)
  expect(reply.body.toString()).toBe(
    "mockberth: this is not HTTP/1.1 (HPE_INVALID_CHUNK_SIZE). A mock's URL begins with http://, and its clients speak plain HTTP/1.1.\n",
  )
  client.socket.destroy()
  await expect.poll(() => api.exchanges[0]).toMatchObject({ outcome: 'aborted' })
})

test('a head of more than 1 MiB is a 431, which the client can read while it is still sending', async () => {
  const api = await startApi([hello])
  for (const name of ['in a header', 'in the target']) {
    const client = await connect(api.port)
    const long = 'x'.repeat(4 * 1024 * 1024)
    client.send(
      name === 'in a header' ? message('GET /hello', [`X-Long: ${long}`]) : message(`GET /${long}`),
    )
    const reply = await client.reply()
    expect(reply.status).toBe(431)
    expect(reply.statusText).toBe('Request Header Fields Too Large')
    expect(reply.body.toString()).toContain('larger than 1048576 bytes')
    expect(await client.over()).toBe('end')
  }
  expect((await exchange(api.port, message('GET /hello'))).body.toString()).toBe('hello')
})

test('a connection that was refused is closed, also when the client never closes it and timers are fake', async () => {
  const api = await startApi([hello])
  const { setTimeout } = timers
  onTestFinished(() => {
    timers.setTimeout = setTimeout
    syncBuiltinESMExports()
  })
  timers.setTimeout = (() => setTimeout(() => {})) as unknown as typeof setTimeout
  syncBuiltinESMExports()
  const client = await connect(api.port)
  client.send('nonsense\r\n\r\n')
  expect(await client.over()).toBe('end')
  // What is written after that is answered with a reset.
  await vi.waitFor(
    () => {
      client.socket.write('x')
      expect(client.socket.destroyed).toBe(true)
    },
    { timeout: 10_000 },
  )
})

test('a request before the nonsense gets its reply first, also a slow one', async () => {
  const go = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const api = await startApi([
    hello,
    http.get('/slow', async () => {
      reached.resolve()
      await go.promise
      return HttpResponse.text('slow')
    }),
  ])
  const client = await connect(api.port)
  client.send(`${message('GET /hello')}${message('GET /slow')}nonsense\r\n\r\n`)
  expect((await client.reply()).body.toString()).toBe('hello')
  await reached.promise
  const warnings: string[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', onWarning)
  onTestFinished(() => void process.off('warning', onWarning))
  for (let round = 0; round < 100; round++) {
    await new Promise((resolve) => client.socket.write('more nonsense\r\n\r\n', resolve))
    await exchange(api.port, message('GET /hello'))
  }
  go.resolve()
  expect((await client.reply()).body.toString()).toBe('slow')
  expect((await client.reply()).status).toBe(400)
  expect(await client.over()).toBe('end')
  expect(warnings).toEqual([])
})

test('nonsense after a stream has begun does not end up in the stream', async () => {
  const stream = controlledBody()
  const api = await startApi([http.get('/stream', () => new HttpResponse(stream.body))])
  const client = await connect(api.port)
  client.send(message('GET /stream'))
  stream.send('first')
  await client.until(/first\r\n$/)
  client.send('nonsense\r\n\r\n')
  stream.send('other')
  await client.until(/other\r\n$/)
  stream.close()
  expect((await client.reply()).body.toString()).toBe('firstother')
  expect((await client.reply()).status).toBe(400)
})

test('a broken body whose reply has begun cuts the connection', async () => {
  const api = await startApi([http.post('/echo', ({ request }) => new HttpResponse(request.body))])
  const client = await connect(api.port)
  client.send(
    'POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n',
  )
  await client.until(/4\r\nsome\r\n$/)
  client.send('nonsense\r\n')
  await client.over()
  expect(client.received()).toMatch(/4\r\nsome\r\n$/)
  await expect.poll(() => api.exchanges[0]?.outcome).toBe('aborted')
})
