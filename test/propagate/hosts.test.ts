import { expect, test } from 'vitest'
import { mockHosts } from '../../src/propagate/mock-hosts.ts'
import { exchange, message } from '../support/raw-client.ts'
import { pathOf, startApp, startUpstream } from './running-app.ts'

test.for([
  ['localhost', true],
  ['LocalHost', true],
  ['api.localhost', true],
  ['127.0.0.1', true],
  ['127.255.3.4', true],
  ['::1', true],
  ['[::1]', true],
  ['mocks.internal', true],
  ['MOCKS.internal', true],
  ['other', true],
  ['api.github.com', false],
  ['notlocalhost', false],
  ['localhost.example.com', false],
  ['127.0.0.1.example.com', false],
  ['128.0.0.1', false],
  ['::2', false],
  ['sub.mocks.internal', false],
  ['', false],
] as const)('%s is told the mark: %s', ([hostname, expected]) => {
  expect(mockHosts('mocks.internal, Other,,')(hostname)).toBe(expected)
})

test('where no host is declared, loopback is told the mark', () => {
  expect(['127.0.0.1', 'mocks.internal', ''].map(mockHosts())).toEqual([true, false, false])
})

const CLIENTS = ['fetch', 'undici.request', 'http.request', 'http.request with an array of headers']
const DECLARED = { MOCKBERTH_MOCK_HOSTS: 'mocks.test,other.test' }

test.for(CLIENTS)('%s tells the mark to loopback and declared hosts only', async (client) => {
  const [app, upstream] = await Promise.all([startApp(undefined, DECLARED), startUpstream()])
  const baggage = async (host: string, ...lines: readonly string[]): Promise<string[]> => {
    // The app takes all of these names for 127.0.0.1.
    const path = pathOf('at once', client, `http://${host}:${upstream.port}/`)
    const headers = lines.map((line) => `baggage: ${line}`)
    const reply = await exchange(app.http, message(`GET ${path}`, headers))
    expect(reply.body.toString()).toBe('done')
    return upstream.values('baggage').at(-1)!
  }
  for (const host of ['127.0.0.1', 'localhost', 'api.localhost', 'mocks.test', 'other.test']) {
    expect(await baggage(host, 'mockberth=one')).toEqual(['mockberth=one'])
    expect(await baggage(host, 'a=1,mockberth=one')).toEqual(['a=1,mockberth=one'])
  }
  expect(await baggage('api.test', 'mockberth=one')).toEqual([])
  expect(await baggage('api.test', 'a=1, mockberth=one;p ,b=2;q=3')).toEqual(['a=1,b=2;q=3'])
  expect(await baggage('api.test', 'a=1', 'mockberth=one', 'b=2')).toEqual(['a=1', 'b=2'])
})

test('a request by way of a proxy goes where its URL says', async () => {
  const [app, proxy] = await Promise.all([startApp(), startUpstream()])
  for (const [host, expected] of [
    ['api.test', []],
    ['127.0.0.1', ['mockberth=one']],
  ] as const) {
    const path = pathOf('at once', 'through a proxy', `${proxy.url}/http://${host}/`)
    await exchange(app.http, message(`GET ${path}`, ['baggage: mockberth=one']))
    expect(proxy.paths().at(-1)).toBe(`http://${host}/`)
    expect(proxy.values('baggage').at(-1)).toEqual(expected)
  }
})

const ODD = [
  ['spaces and tabs', ['a = 1 \t,\tb=2 ; p = "q" , , c']],
  ['properties, and values in percent', ['userId=%E2%82%AC;secure;p=1,x=a%2Cb']],
  ['bytes beyond ASCII', ['name=\u00E9\u00FF\u0080']],
  ['what only looks like the mark', ['mockberth2=x,xmockberth=y,mockberth', 'MockBerth=z']],
  ['several lines, one of them long', ['a=1', `b=${'x'.repeat(9000)}`, 'c=3']],
] as const

test.for(ODD)("others' baggage arrives byte for byte: %s", async ([, lines]) => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  const headers = lines.map((line) => `baggage: ${line}`)
  for (const client of CLIENTS) {
    for (const host of ['127.0.0.1', 'api.test']) {
      const path = pathOf('at once', client, `http://${host}:${upstream.port}/`)
      const reply = await exchange(app.http, message(`GET ${path}`, headers))
      expect(reply.body.toString()).toBe('done')
      expect(upstream.values('baggage').at(-1)).toEqual(lines)
    }
  }
})

test.for(CLIENTS)('what a request of %s has already is left as it is', async (client) => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  const sent = async (host: string, own: Readonly<Record<string, string>>): Promise<string[][]> => {
    const path = pathOf('at once', client, `http://${host}:${upstream.port}/`, own)
    const lines = ['baggage: a=1,mockberth=one', 'traceparent: incoming', 'tracestate: incoming']
    await exchange(app.http, message(`GET ${path}`, lines))
    return ['baggage', 'traceparent', 'tracestate'].map((name) => upstream.values(name).at(-1)!)
  }
  const trace = [['incoming'], ['incoming']]
  expect(await sent('127.0.0.1', { baggage: 'own = 1;p' })).toEqual([
    ['own = 1;p', 'mockberth=one'],
    ...trace,
  ])
  expect(await sent('127.0.0.1', { Baggage: 'own=1 , mockberth=other' })).toEqual([
    ['own=1 , mockberth=other'],
    ...trace,
  ])
  expect(await sent('api.test', { baggage: 'own=1' })).toEqual([['own=1'], ...trace])
  expect(await sent('api.test', { TraceParent: 'own' })).toEqual([['a=1'], ['own'], []])
})
