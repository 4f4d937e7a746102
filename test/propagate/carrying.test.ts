import { once } from 'node:events'
import http2 from 'node:http2'
import { expect, onTestFinished, test } from 'vitest'
import { certify } from '../support/certificates.ts'
import { createFolder } from '../support/har.ts'
import { connect, exchange, message } from '../support/raw-client.ts'
import { clients } from './clients.ts'
import { moments } from './moments.ts'
import { pathOf, startApp, startUpstream } from './running-app.ts'

const MARK = 'mockberth=test-1'
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test.for(Object.keys(clients))('%s carries what the request carries', async (client) => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  const headers = [
    `baggage: ${MARK}`,
    `traceparent: ${TRACE}`,
    'tracestate: a=1',
    'tracestate: b=2',
  ]
  const path = pathOf('at once', client, `${upstream.url}/asked`)
  const reply = await exchange(app.http, message(`GET ${path}`, headers))
  expect(reply.body.toString()).toBe('done')
  expect(upstream.paths()).toEqual(['/asked'])
  expect(upstream.values('baggage')).toEqual([[MARK]])
  expect(upstream.values('traceparent')).toEqual([[TRACE]])
  expect(upstream.values('tracestate')).toEqual([['a=1', 'b=2']])
})

test.for(Object.keys(clients))('without the module %s carries nothing', async (client) => {
  const [app, upstream] = await Promise.all([startApp([]), startUpstream()])
  const path = pathOf('at once', client, upstream.url)
  await exchange(app.http, message(`GET ${path}`, [`baggage: ${MARK}`, `traceparent: ${TRACE}`]))
  expect(upstream.values('baggage')).toEqual([[]])
  expect(upstream.values('traceparent')).toEqual([[]])
})

/** The head first; the body when the head has been read. */
const BODY_LATER = ['transfer-encoding: chunked', 'expect: 100-continue']

/** Tests, one after the other on a connection, and the headers by which their requests are known. */
const TESTS = [
  ['one', ['mockberth=one']],
  ['two', ['mockberth=two']],
  ['none', []],
] as const

const baggageOf = (values: readonly string[]): string[] =>
  values.map((value) => `baggage: ${value}`)

test.for(Object.keys(moments))('it is carried in %s', async (moment) => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  const client = await connect(app.http)
  for (const [name, baggage] of TESTS) {
    const path = pathOf(moment, 'fetch', `${upstream.url}/${name}`)
    client.send(message(`POST ${path}`, [...BODY_LATER, ...baggageOf(baggage)]))
    expect((await client.reply()).status).toBe(100)
    client.send('4\r\nbody\r\n0\r\n\r\n')
    expect((await client.reply()).body.toString()).toBe('done')
    await expect.poll(() => upstream.paths()).toContain(`/${name}`)
    const values = upstream.values('baggage', `/${name}`)
    expect(values).toEqual(values.map(() => baggage))
  }
})

test.for(["the request's data and end", 'a loop over the body'])(
  'of a body that comes piece by piece, it is carried in %s',
  async (moment) => {
    const [app, upstream] = await Promise.all([startApp(), startUpstream()])
    const client = await connect(app.http)
    for (const [name, baggage] of TESTS) {
      const path = pathOf(moment, 'fetch', `${upstream.url}/${name}`)
      client.send(message(`POST ${path}`, [...BODY_LATER, ...baggageOf(baggage)]))
      expect((await client.reply()).status).toBe(100)
      for (const asked of [1, 2]) {
        client.send('4\r\nbody\r\n')
        await expect.poll(() => upstream.values('baggage', `/${name}`)).toHaveLength(asked)
      }
      client.send('0\r\n\r\n')
      expect((await client.reply()).body.toString()).toBe('done')
      expect(upstream.values('baggage', `/${name}`)).toEqual([baggage, baggage, baggage])
    }
  },
)

/** One request for each test, in one packet. */
const allAtOnce = (moment: string, upstream: string): string =>
  TESTS.map(([name, baggage]) =>
    message(`GET ${pathOf(moment, 'fetch', `${upstream}/${name}`)}`, baggageOf(baggage)),
  ).join('')

test('requests that come in one packet', async () => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  const client = await connect(app.http)
  client.send(allAtOnce('at once', upstream.url))
  for (const _ of TESTS) expect((await client.reply()).body.toString()).toBe('done')
  for (const [name, baggage] of TESTS) {
    expect(upstream.values('baggage', `/${name}`)).toEqual([baggage])
  }
})

test('the end of a connection on which requests came in one packet', async () => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  const client = await connect(app.http)
  client.send(allAtOnce('the end of a connection', upstream.url))
  await expect.poll(() => upstream.paths()).toEqual(TESTS.map(() => '/before'))
  client.socket.destroy()
  for (const [name, baggage] of TESTS) {
    await expect.poll(() => upstream.values('baggage', `/${name}`)).toEqual([baggage])
  }
})

test('replies to requests that came in one packet, made as they are read', async () => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  const client = await connect(app.http)
  client.send(allAtOnce('a reply that is made as it is read', upstream.url))
  for (const _ of TESTS) expect((await client.reply()).body).toHaveLength(1_800_000)
  for (const [name, baggage] of TESTS) {
    expect(upstream.values('baggage', `/${name}`)).toEqual(Array(6).fill(baggage))
  }
})

test('it is carried in the end of a connection', async () => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  for (const [name, baggage] of TESTS) {
    const client = await connect(app.http)
    const before = upstream.paths().length
    const path = pathOf('the end of a connection', 'fetch', `${upstream.url}/${name}`)
    client.send(message(`GET ${path}`, baggageOf(baggage)))
    await expect.poll(() => upstream.paths().slice(before)).toEqual(['/before'])
    client.socket.destroy()
    await expect.poll(() => upstream.values('baggage', `/${name}`)).toEqual([baggage])
  }
})

test('it is carried in a reply that is made as it is read', async () => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  const client = await connect(app.http)
  for (const [name, baggage] of TESTS) {
    const moment = 'a reply that is made as it is read'
    const path = pathOf(moment, 'fetch', `${upstream.url}/${name}`)
    client.send(message(`GET ${path}`, baggageOf(baggage)))
    expect((await client.reply()).body).toHaveLength(1_800_000)
    expect(upstream.values('baggage', `/${name}`)).toEqual(Array(6).fill(baggage))
  }
})

test('an https server and an https upstream', async () => {
  const { key, cert, authority } = certify(await createFolder())
  const upstream = await startUpstream({ key, cert })
  const env = { TLS_KEY: key, TLS_CERT: cert, NODE_EXTRA_CA_CERTS: authority }
  const app = await startApp(undefined, env)
  for (const client of ['fetch', 'http.request', 'undici.request', 'axios']) {
    // The app is an upstream of itself, by https.
    const path = pathOf('setTimeout', client, `${upstream.url}/${client}`)
    const by = pathOf('at once', client, `https://127.0.0.1:${app.https}${path}`)
    const reply = await exchange(app.http, message(`GET ${by}`, [`baggage: ${MARK}`]))
    expect(reply.body.toString()).toBe('done')
    expect(upstream.values('baggage', `/${client}`)).toEqual([[MARK]])
  }
})

test('an HTTP/2 server', async () => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  const session = http2.connect(`http://127.0.0.1:${app.http2}`)
  onTestFinished(() => session.destroy())
  for (const [name, baggage] of TESTS) {
    const path = pathOf("the request's data and end", 'fetch', `${upstream.url}/${name}`)
    const stream = session.request({ ':method': 'POST', ':path': path, baggage: [...baggage] })
    stream.write('body')
    await expect.poll(() => upstream.paths()).toContain(`/${name}`)
    stream.end()
    await once(stream.resume(), 'close')
    expect(upstream.values('baggage', `/${name}`)).toEqual([baggage, baggage])
  }
})

test('a connection that becomes something else', async () => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  const upgrade = ['connection: upgrade', 'upgrade: words']
  for (const [name, baggage] of TESTS) {
    const client = await connect(app.http)
    // What was asked on it before belongs to another test.
    const path = pathOf('at once', 'fetch', `${upstream.url}/before`)
    client.send(message(`GET ${path}`, ['baggage: mockberth=another']))
    await client.reply()
    const to = encodeURIComponent(`${upstream.url}/${name}`)
    client.send(message(`GET /?to=${to}`, [...upgrade, ...baggageOf(baggage)]))
    expect((await client.reply()).status).toBe(101)
    for (const word of ['first', 'second']) {
      client.send(word)
      await expect.poll(() => upstream.paths()).toContain(`/${name}/${word}`)
      expect(upstream.values('baggage', `/${name}/${word}`)).toEqual([baggage])
    }
  }
})
