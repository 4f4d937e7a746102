import { expect, test } from 'vitest'
import { filterHeaders, headerValue } from '../../src/contract/index.ts'
import { connect, exchange, message, type RawReply } from '../support/raw-client.ts'
import {
  ask,
  ownTemporaryFolder,
  portOf,
  startHubIn,
  startTestHub,
  startWorker,
} from './workers.ts'

test('each request goes to the worker of its test, and to no other', async () => {
  const hub = await startTestHub()
  const [one, two] = await Promise.all([startWorker(hub.folder), startWorker(hub.folder)])
  await Promise.all([one.order('open', 'a'), one.order('open', 'b'), two.order('open', 'c')])
  expect(await ask(hub, 'a')).toBe(`200 ${one.child.pid} a`)
  expect(await ask(hub, 'b')).toBe(`200 ${one.child.pid} b`)
  expect(await ask(hub, 'c')).toBe(`200 ${two.child.pid} c`)
  expect(await ask(hub)).toBe('200 declared')
  expect(await ask(hub, 'c', '/nowhere')).toMatch(/^501 mockberth: Unhandled request to users/)
  const other = await fetch(`${hub.apis.orders}/who`, { headers: { baggage: 'mockberth=a' } })
  expect(await other.text()).toBe('orders')
  expect(await one.order('received', 'a')).toHaveLength(1)
  expect(await two.order('received', 'c')).toHaveLength(2)
  expect(one.hubUrls).toEqual(hub.apis)
  expect(hub.said).toEqual([])
})

test('a reply comes as the worker gave it, byte for byte, and a request as the app sent it', async () => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  const headers = ['Host: users.test', 'Origin: http://localhost:3000', 'X-App: 1', 'x-app: 2']
  const request = message('GET /odd', [...headers, 'baggage: x=1, mockberth=a'])
  const [through, direct] = await Promise.all([
    exchange(portOf(hub.apis), request),
    exchange(portOf(worker.urls), request),
  ])
  expect(head(through)).toEqual(head(direct))
  expect(through.body).toEqual(direct.body)
  expect(through.statusText).toBe('Some Of It')
  expect(through.all('set-cookie')).toEqual(['a=1', 'b=2'])
  expect(through.all('access-control-allow-origin')).toEqual(['http://localhost:3000'])
  const received = await worker.order<string[][]>('received', 'a')
  // A connection says these two in its own way.
  const own = received.map((raw) => filterHeaders(raw, (name) => !/^(host|connection)$/.test(name)))
  expect(own[0]).toEqual(own[1])
  expect(received.map((rawHeaders) => headerValue(rawHeaders, 'host'))).toEqual([
    'users.test',
    'users.test',
  ])
})

/** Who forwards a reply says how long it is; of other headers, each is where it was. */
function head({ rawHeaders, all }: RawReply): unknown {
  const names = rawHeaders.map((_, index) => rawHeaders[index - (index % 2)]!.toLowerCase())
  const others = rawHeaders.filter((_, index) => !/^(?:content-length|date)$/.test(names[index]!))
  return [others, all('content-length'), all('date').length]
}

test.for(['GET', 'HEAD', 'DELETE', 'OPTIONS'])('%s keeps its framing', async (method) => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  const request = message(`${method} /who`, ['baggage: mockberth=a'])
  const through = await exchange(portOf(hub.apis), request)
  const direct = await exchange(portOf(worker.urls), request)
  expect(head(through)).toEqual(head(direct))
  expect(through.body).toEqual(direct.body)
})

test('a reply comes chunk by chunk, as the test gives it', async () => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  const headers = { baggage: 'mockberth=a' }
  const response = await fetch(`${hub.apis.users}/ticks`, { headers })
  const chunks = response.body!.pipeThrough(new TextDecoderStream()).values()
  expect((await chunks.next()).value).toBe('one')
  await fetch(`${hub.apis.users}/go`, { method: 'POST', headers })
  expect((await chunks.next()).value).toBe('two')
  expect((await chunks.next()).done).toBe(true)
})

test('a request comes chunk by chunk, and its reply before it has ended', async () => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  const client = await connect(portOf(hub.apis))
  const headers = ['baggage: mockberth=a', 'transfer-encoding: chunked']
  client.send(message('POST /echo', headers))
  client.send('3\r\none\r\n')
  await client.until(/\r\n\r\n3\r\none\r\n/)
  client.send('3\r\ntwo\r\n')
  await client.until(/two/)
  client.send('0\r\n\r\n')
  expect((await client.reply()).body.toString()).toBe('onetwo')
})

test('a large body comes whole, there and back', async () => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  const body = Buffer.alloc(20_000_000, 'mockberth')
  const response = await fetch(`${hub.apis.users}/echo`, {
    method: 'POST',
    headers: { baggage: 'mockberth=a' },
    body,
  })
  expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true)
})

test.for([
  ['stops an API', 'stop'],
  ['stops it for all', 'stop for all'],
] as const)('where a test %s, the app sees an outage', async ([, how]) => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  expect(await ask(hub, 'a')).toMatch(/^200 /)
  await worker.order(how, 'a')
  const client = await connect(portOf(hub.apis))
  client.send(message('GET /who', ['baggage: mockberth=a']))
  expect(await client.over()).toBe('ECONNRESET')
  expect(client.received()).toBe('')
})

test('a network error of a test is one for the app', async () => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  const request = message('GET /error', ['baggage: mockberth=a'])
  for (const urls of [worker.urls, hub.apis]) {
    const client = await connect(portOf(urls))
    client.send(request)
    expect(await client.over()).toBe('ECONNRESET')
  }
})

test('what is on its way to a worker that is killed is cut, and what comes after is told so', async () => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  const other = await startWorker(hub.folder)
  await Promise.all([worker.order('open', 'a'), other.order('open', 'b')])
  const client = await connect(portOf(hub.apis))
  client.send(message('GET /ticks', ['baggage: mockberth=a']))
  await client.until(/one/)
  worker.child.kill('SIGKILL')
  expect(await client.over()).toBe('ECONNRESET')
  await expect
    .poll(() => ask(hub, 'a'))
    .toBe(
      '421 mockberth: users: this request belongs to the test "the test a", whose worker has gone. See why that ended; it took its mocks with it.\n',
    )
  expect(await ask(hub, 'b')).toBe(`200 ${other.child.pid} b`)
})

test('a worker that leaves takes its marks with it', async () => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  await worker.order('leave')
  await worker.order('leave')
  await expect.poll(() => ask(hub, 'a')).toMatch(/^421 .*whose worker has gone/)
  await expect(worker.order('open', 'b')).rejects.toMatchObject({ code: 'HUB_GONE' })
})

test.for([
  ['made up', 'mockberth=forged', /the mark "forged" in its baggage, and no test that runs here/],
  ['of 8 KB', `mockberth=${'x'.repeat(8192)}`, /the mark "x{40}…" in its baggage/],
  ['empty', 'mockberth=', /the mark "" in its baggage/],
  ['of a test that is over', 'mockberth=over', /a test that has ended, "the test over"\./],
  ['of another hub', 'mockberth=foreign', /the mark "foreign" in its baggage/],
  ['of two tests', 'mockberth=a, mockberth=b', /the marks of several tests/],
] as const)('a mark that is %s is refused, and no test hears of it', async ([, baggage, text]) => {
  const folder = await ownTemporaryFolder()
  const hub = await startHubIn(folder)
  const worker = await startWorker(folder)
  const other = await startHubIn(folder)
  const stranger = await startWorker(folder, { MOCKBERTH_HUB: other.file })
  await stranger.order('open', 'foreign')
  for (const mark of ['a', 'b', 'over']) await worker.order('open', mark)
  await worker.order('close', 'over')
  for (let times = 0; times < 2; times++) {
    const response = await fetch(`${hub.apis.users}/who?n=${times}`, { headers: { baggage } })
    expect(response.status).toBe(421)
    expect(await response.text()).toMatch(text)
  }
  expect(await worker.order('received', 'a')).toEqual([])
  expect(await worker.order('received', 'b')).toEqual([])
  expect(await stranger.order('received', 'foreign')).toEqual([])
  expect(hub.said).toHaveLength(1)
  expect(hub.said[0]).toMatch(/^users: GET \/who was refused \(421\): this request /)
})

test('what belongs to no test and nothing answers is said, once for each kind', async () => {
  const hub = await startTestHub()
  for (const path of ['/nowhere?a=1', '/nowhere?a=2', '/elsewhere']) {
    expect(await ask(hub, undefined, path)).toMatch(/^501 mockberth: Unhandled request to users/)
  }
  expect(hub.said).toEqual([
    'users: GET /nowhere belongs to no test, and nothing in the declaration answers it. Answer it with a declared handler.',
    'users: GET /elsewhere belongs to no test, and nothing in the declaration answers it. Answer it with a declared handler.',
  ])
})

test('of paths without end, not all are said', async () => {
  const hub = await startTestHub()
  for (let number = 0; number < 150; number++) await ask(hub, undefined, `/users/${number}`)
  expect(hub.said).toHaveLength(100)
})
