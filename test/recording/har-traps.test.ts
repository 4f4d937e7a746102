import { expect, test } from 'vitest'
import {
  ask,
  entryOf,
  harOf,
  listed,
  ORIGIN,
  replay,
  replayFile,
  writeRecording,
} from '../support/har.ts'
import { connect, message } from '../support/raw-client.ts'

const BODY = { content: { size: 2, mimeType: 'text/plain', text: 'hi' } }

test('values that were joined by newlines are lines of their own', async () => {
  const headers = listed('Set-Cookie: a=1; Path=/\nb=2\r\nc=3\n', 'Vary: accept\naccept-language')
  const api = await replay([entryOf({}, { ...BODY, headers })])
  const reply = await ask(api)
  expect(reply.all('set-cookie')).toEqual(['a=1; Path=/', 'b=2', 'c=3'])
  expect(reply.all('vary')).toEqual(['accept', 'accept-language'])
})

test('repeated headers stay apart, with their case and order', async () => {
  const headers = listed('X-One: 1', 'set-cookie: a=1', 'Set-Cookie: b=2', 'x-one: 2')
  const api = await replay([entryOf({}, { ...BODY, headers })])
  const { rawHeaders } = await ask(api)
  expect(rawHeaders.slice(0, 8)).toEqual('X-One 1 set-cookie a=1 Set-Cookie b=2 x-one 2'.split(' '))
})

test('headers of the connection that was are gone', async () => {
  const gone = ['Transfer-Encoding', 'Keep-Alive', 'Proxy-Connection', 'TE', 'Trailer', 'Upgrade']
  const headers = listed(
    ...gone.map((name) => `${name}: chunked`),
    'Connection: close',
    'X-Kept: 1',
  )
  const api = await replay([entryOf({}, { ...BODY, headers })])
  const reply = await ask(api)
  expect(reply.rawHeaders).not.toContain('chunked')
  expect(reply.all('connection')).toEqual(['keep-alive'])
  expect(reply.all('x-kept')).toEqual(['1'])
  expect(reply.body.toString()).toBe('hi')
})

test('headers that Connection names are gone, too', async () => {
  const headers = listed(
    'Connection: close, X-Hop',
    'connection: X-Two\nx-three',
    'X-Kept: 1',
  ).concat(listed('x-hop: gone', 'X-TWO: gone', 'X-Three: gone'))
  const reply = await ask(await replay([entryOf({}, { ...BODY, headers })]))
  expect(reply.rawHeaders).not.toContain('gone')
  expect(reply.all('x-kept')).toEqual(['1'])
})

test('a content-length that is wrong is set right', async () => {
  for (const length of ['1', '2000', 'many', '-1']) {
    const headers = listed(`Content-Length: ${length}`)
    const reply = await ask(await replay([entryOf({}, { ...BODY, headers })]))
    expect(reply.all('content-length')).toEqual(['2'])
    expect(reply.body.toString()).toBe('hi')
  }
})

test('HTTP/2 pseudo-headers are not headers', async () => {
  const request = { headers: listed(':method: GET', ':path: /', ':authority: x', 'accept: */*') }
  const headers = listed(':status: 200', 'x-kept: 1')
  const api = await replay([entryOf(request, { ...BODY, headers })])
  const reply = await ask(api, 'GET /', ['accept: */*'])
  expect(reply.status).toBe(200)
  expect(reply.rawHeaders.filter((text) => text.startsWith(':'))).toEqual([])
  expect(reply.all('x-kept')).toEqual(['1'])
})

test('cookies are those that a client keeps for plain http', async () => {
  const headers = listed(
    'Set-Cookie: a=1; Domain=.api.example; Path=/; Secure; HttpOnly; SameSite=Lax',
    'set-cookie: b=Secure; SECURE; domain=api.example; SameSite=None; Partitioned; Max-Age=60',
  )
  const reply = await ask(await replay([entryOf({}, { ...BODY, headers })]))
  expect(reply.all('set-cookie')).toEqual([
    'a=1; Path=/; HttpOnly; SameSite=Lax',
    'b=Secure; Max-Age=60',
  ])
})

test('a type that only the content names is sent', async () => {
  const content = { size: 2, mimeType: 'application/json; charset=utf-8', text: '{}' }
  const reply = await ask(await replay([entryOf({}, { content })]))
  expect(reply.all('content-type')).toEqual(['application/json; charset=utf-8'])
  const nameless = { ...content, mimeType: 'x-unknown' }
  expect(
    (await ask(await replay([entryOf({}, { content: nameless })]))).all('content-type'),
  ).toEqual([])
})

test('a redirect is replayed as a redirect, also when only redirectURL tells where to', async () => {
  const api = await replay([
    entryOf({ url: '/a' }, { status: 302, redirectURL: '/b' }),
    entryOf({ url: '/b' }, { status: 301, redirectURL: '/x', headers: listed('Location: /c') }),
    entryOf({ url: '/c' }, { status: 200, redirectURL: '/x', ...BODY }),
    entryOf({ url: '/d' }, { status: 307, redirectURL: `${ORIGIN}/c` }),
  ])
  const first = await ask(api, 'GET /a')
  expect([first.status, first.all('location')]).toEqual([302, ['/b']])
  const second = await ask(api, 'GET /b')
  expect([second.status, second.all('location')]).toEqual([301, ['/c']])
  expect((await ask(api, 'GET /c')).all('location')).toEqual([])
  expect((await ask(api, 'GET /d')).all('location')).toEqual([`${ORIGIN}/c`])
  expect(await (await fetch(`${api.url}/a`)).text()).toBe('hi')
})

test('a redirect to the upstream leads to the mock', async () => {
  const api = await replay(
    [
      entryOf({ url: '/d' }, { status: 307, redirectURL: `${ORIGIN}/c` }),
      entryOf({ url: '/c' }, BODY),
    ],
    { upstream: ORIGIN },
  )
  expect((await ask(api, 'GET /d')).all('location')).toEqual([`${api.url}/c`])
})

test.each([0, -1, -2, '0'])('status %j is a connection that broke', async (status) => {
  const api = await replay([entryOf({}, { status, statusText: '' })])
  const client = await connect(api.port)
  client.send(message('GET /'))
  expect(await client.over()).toBe('ECONNRESET')
  expect(client.received()).toBe('')
  expect(api.exchanges[0]).toMatchObject({ outcome: 'replayed', response: undefined })
})

test('a connection that broke takes its turn in a sequence', async () => {
  const api = await replay([
    entryOf({}, { ...BODY, status: 503 }),
    entryOf({}, { status: -1 }),
    entryOf({}, BODY),
  ])
  expect((await ask(api)).status).toBe(503)
  await expect(ask(api)).rejects.toThrow('over (ECONNRESET)')
  expect((await ask(api)).status).toBe(200)
  expect((await ask(api)).status).toBe(200)
})

test('a status may be text', async () => {
  const reply = await ask(
    await replay([entryOf({}, { ...BODY, status: '418', statusText: 'Tea' })]),
  )
  expect(reply).toMatchObject({ status: 418, statusText: 'Tea' })
  expect(reply.body.toString()).toBe('hi')
})

test('what cannot be replayed is skipped, and is said where it was wanted', async () => {
  const file = await writeRecording(
    harOf([
      entryOf({ url: '/a' }),
      entryOf({ url: '/a' }, null),
      entryOf({ url: '/b?c=1' }, { status: null }),
      entryOf({ url: '/b' }, { status: 'fine' }),
      entryOf({ url: '/ws' }, { status: 101 }),
      entryOf({ url: 'not a URL' }, BODY),
      entryOf({ url: 'wss://api.example/live' }, BODY),
      entryOf({ url: '/m', method: null }, BODY),
      entryOf({ url: '/a', method: 'POST' }, BODY),
      null,
      entryOf({ url: undefined, method: 'PUT' }, BODY),
    ]),
  )
  const api = await replayFile(file)
  const reply = await ask(api, 'GET /a')
  expect(reply.status).toBe(501)
  expect(reply.body.toString()).toContain(`
9 entries of ${file} cannot be replayed:
  entry 1 (GET /a): it has no response
  entry 2 (GET /a): it has no response
  entry 3 (GET /b?c=1): its response has no status
  entry 4 (GET /b): its status "fine" is none that ends a request
  entry 5 (GET /ws): its status 101 is none that ends a request
  entry 6: its URL "not a URL" cannot be parsed
  entry 7 (GET /live): its URL "wss://api.example/live" is none of HTTP
  entry 8: its request has no method
  entry 10: its request has no method
`)
  expect((await ask(api, 'POST /a')).body.toString()).toBe('hi')
  expect((await ask(api, 'PUT /')).body.toString()).toBe('hi')
})

test('only entries of the upstream, or of nobody knows what, are said to be skipped', async () => {
  const file = await writeRecording(
    harOf([
      entryOf({ url: '/mine' }),
      entryOf({ url: 'https://other.example/a' }),
      ...Array.from({ length: 11 }, () => ({})),
    ]),
  )
  const text = (await ask(await replayFile(file, { upstream: ORIGIN }))).body.toString()
  expect(text).toContain(`12 entries of ${file} cannot be replayed:\n  entry 1 (GET /mine): it has`)
  expect(text).toContain('  entry 11: its request has no method\n  … and 2 more\n')
  expect(text).not.toContain('entry 2 ')
})

test('a HEAD is answered from the GET, and does not take its turn', async () => {
  const headers = listed('X-One: 1', 'Content-Type: text/plain')
  const api = await replay([entryOf({}, { ...BODY, headers }), entryOf({}, { status: 404 })])
  const reply = await ask(api, 'HEAD /')
  expect(reply).toMatchObject({ status: 200 })
  expect(reply.all('content-length')).toEqual(['2'])
  expect(reply.all('x-one')).toEqual(['1'])
  expect(reply.body.length).toBe(0)
  expect((await ask(api)).body.toString()).toBe('hi')
})

test('a HEAD that was recorded tells the length that was recorded', async () => {
  const headers = listed('Content-Length: 1234', 'Content-Type: text/html')
  const api = await replay([entryOf({ method: 'HEAD' }, { headers }), entryOf({}, BODY)])
  const client = await connect(api.port)
  client.send(message('HEAD /'))
  expect((await client.reply('HEAD')).all('content-length')).toEqual(['1234'])
  client.send(message('GET /'))
  expect((await client.reply()).body.toString()).toBe('hi')
})

test('a URL over 16 KB finds its entry', async () => {
  const url = `/long?${'a=0123456789&'.repeat(3000)}end=1`
  const api = await replay([entryOf({ url }, BODY)])
  expect((await ask(api, `GET ${url}`)).body.toString()).toBe('hi')
  expect((await ask(api, `GET ${url}1`)).status).toBe(501)
})
