import { http, HttpResponse } from 'msw'
import { expect, onTestFinished, test } from 'vitest'
import { defineMocks, type ApiDefinition } from '../../src/index.ts'
import type { Declaration } from '../../src/mocks/define.ts'
import type { RunningSet } from '../../src/mocks/running-set.ts'
import { connect } from '../support/raw-client.ts'

async function startApi(definition: ApiDefinition): Promise<RunningSet<'api'>> {
  const mocks = defineMocks({ api: definition }) as Declaration<'api'>
  const running = await mocks.startIn({}, { env: false })
  onTestFinished(() => running.stop())
  return running
}

async function ask(running: RunningSet, baggage: string, path = '/name'): Promise<string> {
  const response = await fetch(running.apis.api!.url + path, { headers: { baggage } })
  return `${response.status} ${await response.text()}`
}

const declared = {
  handlers: [
    http.get('/name', () => HttpResponse.text('first'), { once: true }),
    http.get('/name', () => HttpResponse.text('declared')),
  ],
}

test('what a test has to itself is as new, and only what has its mark is in it', async () => {
  const running = await startApi(declared)
  running.apis.api.use(http.get('/name', () => HttpResponse.text('of all')))
  const one = running.openFor({ name: 'one' }, 'mark-1')
  const two = running.openFor({ name: 'two' }, 'mark-2')
  two.apis.api!.use(http.get('/name', () => HttpResponse.text('of two')))

  expect(await ask(running, '')).toBe('200 of all')
  expect(await ask(running, 'mockberth=mark-1')).toBe('200 first')
  expect(await ask(running, 'mockberth=mark-1')).toBe('200 declared')
  expect(await ask(running, 'mockberth=mark-2')).toBe('200 of two')
  two.apis.api!.reset()
  expect(await ask(running, 'mockberth=mark-2')).toBe('200 first')
  expect(running.apis.api.exchanges).toHaveLength(1)
  expect(one.apis.api!.exchanges).toHaveLength(2)
  expect(two.apis.api!.exchanges).toHaveLength(1)
})

test('unhandled requests, waiting and traffic are those of the test, too', async () => {
  const running = await startApi(declared)
  const one = running.openFor({ name: 'one' }, 'mark-1')
  const awaited = one.apis.api!.waitFor('GET', '/none')
  expect(await ask(running, '', '/none')).toMatch(/^501 /)
  running.reset()
  expect(await ask(running, 'mockberth=mark-1', '/none')).toMatch(/^501 /)
  expect((await awaited).response?.status).toBe(501)
  expect(() => running.verify()).not.toThrow()
  expect(one.scope.unhandled).toHaveLength(1)
  expect((await one.evidence())?.table).toContain('/none')
  expect(await running.evidence()).toBeUndefined()
})

test('an API that a test stops is down for that test alone', async () => {
  const running = await startApi(declared)
  const one = running.openFor({ name: 'one' }, 'mark-1')
  const two = running.openFor({ name: 'two' }, 'mark-2')
  await one.apis.api!.stop()
  const refused = await ask(running, 'mockberth=mark-1').catch((error) => error)
  expect(['ECONNRESET', 'UND_ERR_SOCKET']).toContain(refused.cause.code)
  expect(await ask(running, 'mockberth=mark-2')).toBe('200 first')
  expect(two.apis.api!.exchanges).toHaveLength(1)
  await one.apis.api!.start()
  expect(await ask(running, 'mockberth=mark-1')).toBe('200 first')
})

test.for([
  [
    'a mark that nobody has',
    'mockberth=forged',
    /carries the mark "forged" in its baggage, and no test that runs here has that/,
  ],
  ['a mark of 8 KB', `mockberth=${'x'.repeat(8192)}`, /carries the mark "x{40}…" in its baggage/],
  ['an empty mark', 'mockberth=', /carries the mark "" in its baggage/],
  [
    'the mark of a test that is over',
    'mockberth=mark-1',
    /belongs to a test that has ended, "one"\. /,
  ],
  [
    'the marks of two tests',
    'mockberth=mark-2,mockberth=mark-3',
    /carries the marks of several tests/,
  ],
] as const)('%s is refused, and is in no journal', async ([, baggage, text]) => {
  const running = await startApi(declared)
  running.openFor({ name: 'one' }, 'mark-1').close()
  const two = running.openFor({ name: 'two' }, 'mark-2')
  const three = running.openFor({ name: 'three' }, 'mark-3')
  const refusal = await ask(running, baggage)
  expect(refusal).toMatch(/^421 mockberth: api: this request /)
  expect(refusal).toMatch(text)
  for (const { apis } of [running, two, three]) expect(apis.api!.exchanges).toEqual([])
})

test('a set that no runner follows answers what carries the mark of a test of others', async () => {
  const running = await startApi(declared)
  running.apis.api.use(http.get('/name', () => HttpResponse.text('of its caller')))
  expect(await ask(running, 'mockberth=mark-1')).toBe('200 of its caller')
  expect(running.apis.api.exchanges).toHaveLength(1)
  running.scope.tests = [{ name: 'ordinary' }]
  expect(await ask(running, 'mockberth=mark-1')).toMatch(/^421 /)
})

test.for([
  ['alone', ['Baggage: mockberth=mark-1'], []],
  ['with properties', ['baggage: mockberth = mark-1 ; a=b'], []],
  ['twice', ['baggage: mockberth=mark-1, mockberth=mark-1'], []],
  [
    'in a header of its own',
    ['BAGGAGE: a=1 ;x, b = %20', 'baggage: mockberth=mark-1'],
    ['BAGGAGE', 'a=1 ;x, b = %20'],
  ],
  ['among others', ['Baggage: a=1;x ,mockberth=mark-1,  b=2'], ['Baggage', 'a=1;x ,  b=2']],
  [
    'beside names that begin alike',
    ['baggage: mockberths=1,mockberth=mark-1,xmockberth=2'],
    ['baggage', 'mockberths=1,xmockberth=2'],
  ],
] as const)(
  'a mark %s is taken out, and the baggage of others stays as it is',
  async ([, headers, kept]) => {
    const running = await startApi(declared)
    const one = running.openFor({ name: 'one' }, 'mark-1')
    const { port } = running.apis.api
    const client = await connect(port)
    client.send(['GET /name HTTP/1.1', 'Host: localhost', ...headers, '', ''].join('\r\n'))
    await client.reply()
    const [exchange] = one.apis.api!.exchanges
    expect(exchange!.request.rawHeaders.slice(2)).toEqual(kept)
  },
)
