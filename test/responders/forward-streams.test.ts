import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { connect, exchange, message } from '../support/raw-client.ts'
import { startApi } from '../wire/start-api.ts'
import { forwardTo, startRawApi, startRealApi } from './real-api.ts'

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test('20 MB go to the upstream and back unharmed', async () => {
  const bytes = randomBytes(20 * 1024 * 1024)
  const real = await startRealApi(({ body }, outgoing) => outgoing.end(body))
  const api = await forwardTo(real)
  const response = await fetch(`${api.url}/upload`, { method: 'POST', body: bytes })
  expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(sha256(bytes))
  expect(api.exchanges[0]).toMatchObject({
    outcome: 'forwarded',
    request: { size: bytes.length },
    response: { size: bytes.length },
  })
})

test('bodies are streamed both ways while they come', async () => {
  const real = await startRawApi((socket) => {
    socket.on('data', (data) => {
      const text = data.toString('latin1')
      if (text.includes('first')) socket.write(`${CHUNKED}1\r\na\r\n`)
      if (text.includes('second')) socket.write('1\r\nb\r\n0\r\n\r\n')
    })
  })
  const api = await forwardTo(real)
  const client = await connect(api.port)
  client.send(
    'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n',
  )
  await client.until(/1\r\na\r\n$/)
  client.send('6\r\nsecond\r\n0\r\n\r\n')
  expect((await client.reply()).body.toString()).toBe('ab')
})

test('an upstream that is down is a 502 that names it and the reason', async () => {
  const gone = await startApi([])
  await gone.stop()
  const api = await forwardTo(gone)
  const reply = await exchange(api.port, message('POST /users?x=1', [], 'body'))
  expect(reply.status).toBe(502)
  expect(reply.body.toString()).toMatch(
    new RegExp(
      `^mockberth: api: the upstream ${gone.url} did not answer POST /users\\?x=1: .*ECONNREFUSED.*\n$`,
    ),
  )
  expect(api.exchanges[0]).toMatchObject({
    outcome: 'failed',
    response: { status: 502 },
    handler: { kind: 'upstream', label: gone.url },
  })
  expect(await (await fetch(`${api.url}/mocked`)).text()).toBe('mocked')
})

test('an upstream that closes the connection is a 502', async () => {
  const real = await startRealApi((_, outgoing) => outgoing.destroy())
  const api = await forwardTo(real)
  const reply = await exchange(api.port, message('GET /users'))
  expect(reply.status).toBe(502)
  expect(reply.body.toString()).toContain(`the upstream ${real.url} did not answer GET /users: `)
})

test('an upstream that breaks off in the middle cuts the client’s connection', async () => {
  const real = await startRealApi((_, outgoing) => {
    outgoing.writeHead(200, { 'content-length': 100 })
    outgoing.write('some', () => outgoing.destroy())
  })
  const api = await forwardTo(real)
  const client = await connect(api.port)
  client.send(message('GET /users'))
  expect(await client.over()).toBe('ECONNRESET')
  expect(api.exchanges[0]).toMatchObject({ outcome: 'failed', response: { status: 200 } })
})

test('a client that leaves ends the request to the upstream', async () => {
  const left = Promise.withResolvers<void>()
  const real = await startRealApi((_, outgoing) => {
    outgoing.once('close', () => left.resolve())
    outgoing.write('some')
  })
  const api = await forwardTo(real)
  const client = await connect(api.port)
  client.send(message('GET /users'))
  await client.until(/some/)
  client.socket.destroy()
  await left.promise
  await expect
    .poll(() => api.exchanges[0])
    .toMatchObject({ outcome: 'aborted', response: undefined })
})

test('a client that leaves before the upstream answered is on the journal as aborted', async () => {
  const asked = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const real = await startRealApi((_, outgoing) => {
    outgoing.once('close', () => left.resolve())
    asked.resolve()
  })
  const api = await forwardTo(real)
  const client = await connect(api.port)
  client.send(message('POST /users', [], 'body'))
  await asked.promise
  client.socket.destroy()
  await left.promise
  await expect
    .poll(() => api.exchanges[0])
    .toMatchObject({ outcome: 'aborted', response: undefined })
  expect(api.exchanges[0]?.request.text()).toBe('body')
})
