import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import type { HubFacts } from '../../src/hub/announced.ts'
import { connect } from '../support/raw-client.ts'
import { ask, portOf, startTestHub, startWorker, type TestHub } from './workers.ts'

function factsOf({ file }: TestHub): HubFacts {
  return JSON.parse(readFileSync(file, 'utf8')) as HubFacts
}

function connectTo(hub: TestHub): net.Socket {
  const socket = net.connect(factsOf(hub).socket)
  onTestFinished(() => void socket.destroy())
  // It may be ended while this side writes.
  socket.on('error', () => {})
  return socket
}

/** Says something to a hub, and gives back all that it answers until it ends. */
async function answersTo(hub: TestHub, ...messages: readonly unknown[]): Promise<string[]> {
  const socket = connectTo(hub)
  for (const message of messages) {
    socket.write(typeof message === 'string' ? message : `${JSON.stringify(message)}\n`)
  }
  const lines = (await text(socket)).trimEnd().split('\n')
  return lines.map((line) => (JSON.parse(line) as { error?: string }).error ?? 'ok')
}

const FREE = 'http://127.0.0.1:9'
const apis = { users: FREE, orders: FREE }

const NO_HELLO = /^a worker begins with \{ token, apis: \{ name: url \} \}$/
const NO_SERVER =
  /^users is at ".*"; the hub forwards to http:\/\/127\.0\.0\.1 and a port alone, and not to itself$/

test.for<[what: string, hello: (hub: TestHub, token: string) => unknown, error: RegExp]>([
  ['a wrong token', () => ({ token: 'x', apis }), /^the token is not that of this hub$/],
  [
    'a token of the same length',
    (_, token) => ({ token: token.replace(/^./, '~'), apis }),
    /^the token is not that of this hub$/,
  ],
  ['no token', () => ({ apis }), NO_HELLO],
  ['no APIs', (_, token) => ({ token }), NO_HELLO],
  ['a URL that is none', (_, token) => ({ token, apis: { users: 1, orders: FREE } }), NO_HELLO],
  ['an array', () => [], NO_HELLO],
  ['null', () => null, NO_HELLO],
  ['no JSON', () => 'mockberth\n', /JSON/],
  ['HTTP', () => 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', /JSON/],
  [
    'another API',
    (_, token) => ({ token, apis: { ...apis, shop: FREE } }),
    /^the hub has the APIs users, orders, and the worker users, orders, shop; both take the same declaration$/,
  ],
  ['an API too few', (_, token) => ({ token, apis: { users: FREE } }), /and the worker users; /],
  [
    'an API of the name __proto__',
    (_, token) => `{"token":"${token}","apis":{"__proto__":"${FREE}","users":"${FREE}"}}\n`,
    /and the worker __proto__, users; /,
  ],
  ...[
    'http://10.0.0.1:80',
    'https://127.0.0.1:443',
    'http://localhost:80',
    'http://127.0.0.1',
    'http://127.0.0.1:0',
    'http://127.0.0.1:65536',
    'http://127.0.0.1:80/',
    'http://127.0.0.1:80@evil.example',
    'http://evil.example#http://127.0.0.1:80',
  ].map((url): [string, (hub: TestHub, token: string) => unknown, RegExp] => [
    `a server at ${url}`,
    (_, token) => ({ token, apis: { ...apis, users: url } }),
    NO_SERVER,
  ]),
  [
    'the hub itself',
    (hub, token) => ({ token, apis: { ...apis, users: hub.apis.users } }),
    NO_SERVER,
  ],
  [
    'a line without an end',
    () => 'x'.repeat(70_000),
    /^a message is one line of at most 64 Ki characters$/,
  ],
])('a worker that begins with %s is refused, and nothing is opened', async ([, hello, error]) => {
  const hub = await startTestHub()
  const answers = await answersTo(hub, hello(hub, factsOf(hub).token), { open: 'a', test: 'x' })
  expect(answers).toEqual([expect.stringMatching(error)])
  expect(await ask(hub, 'a')).toMatch(/^421 .*no test that runs here has that/)
  expect(await ask(hub)).toBe('200 declared')
})

const NO_ORDER =
  'a worker says { open: mark, test: name } or { close: mark }; a mark has 1 to 128 of A-Z a-z 0-9 _ . -'

test.for<[what: string, order: unknown, error: string]>([
  ['nothing known', { stop: true }, NO_ORDER],
  ['a test without a name', { open: 'a' }, NO_ORDER],
  ['an empty mark', { open: '', test: 'x' }, NO_ORDER],
  ['a mark of 8 KB', { open: 'x'.repeat(8192), test: 'x' }, NO_ORDER],
  ['a mark that ends a header', { open: 'a\r\nx: y', test: 'x' }, NO_ORDER],
  ['a mark with a comma', { open: 'a,b', test: 'x' }, NO_ORDER],
  ['another hello', { token: 'x', apis }, NO_ORDER],
  ['no JSON', 'open\n', 'JSON'],
  ['a mark of another worker', { open: 'taken', test: 'x' }, 'this mark is of another worker'],
])('after %s a worker is heard no more, and has no test', async ([, order, error]) => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'taken')
  const hello = { token: factsOf(hub).token, apis }
  const open = { open: 'mine', test: 'mine' }
  const answers = await answersTo(hub, hello, open, order, { open: 'late', test: 'x' })
  expect(answers).toEqual(['ok', 'ok', expect.stringContaining(error)])
  await expect.poll(() => ask(hub, 'mine')).toMatch(/^421 .*whose worker has gone/)
  expect(await ask(hub, 'late')).toMatch(/^421 .*no test that runs here has that/)
  expect(await ask(hub, 'taken')).toBe(`200 ${worker.child.pid} taken`)
})

test('nobody closes a test of another worker', async () => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  const socket = connectTo(hub)
  socket.write(`${JSON.stringify({ token: factsOf(hub).token, apis })}\n{"close":"a"}\n`)
  await once(socket, 'data')
  expect(await ask(hub, 'a')).toBe(`200 ${worker.child.pid} a`)
})

test('a message that comes byte by byte is one message', async () => {
  const hub = await startTestHub()
  const socket = connectTo(hub)
  socket.setNoDelay(true)
  for (const byte of Buffer.from(`${JSON.stringify({ token: factsOf(hub).token, apis })}\n`)) {
    await new Promise((sent) => socket.write(Buffer.of(byte), sent))
  }
  const [answer] = await once(socket.setEncoding('utf8'), 'data')
  expect(answer).toBe('{"ok":true}\n')
})

test('who asks and never reads is cut off', async () => {
  const hub = await startTestHub()
  const socket = connectTo(hub).pause()
  socket.write(`${JSON.stringify({ token: factsOf(hub).token, apis })}\n`)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const orders = '{"close":"a"}\n'.repeat(4000)
  const write = (): void => {
    while (!socket.destroyed && socket.write(orders));
  }
  socket.on('drain', write)
  write()
  await closed
  expect(await ask(hub)).toBe('200 declared')
})

test('more tests at once than anybody runs are refused', async () => {
  const hub = await startTestHub()
  const socket = connectTo(hub)
  const opens = Array.from({ length: 10_001 }, (_, index) =>
    JSON.stringify({ open: `mark-${index}`, test: 'x' }),
  )
  const hello = JSON.stringify({ token: factsOf(hub).token, apis })
  socket.write(`${[hello, ...opens].join('\n')}\n`)
  const answers = (await text(socket)).trimEnd().split('\n')
  expect(answers).toHaveLength(10_002)
  expect(answers.at(-1)).toBe('{"error":"10000 tests are open already; close some"}')
})

test('a port of an API is no way to join', async () => {
  const hub = await startTestHub()
  const client = await connect(portOf(hub.apis))
  client.send(`${JSON.stringify({ token: factsOf(hub).token, apis })}\n`)
  client.send(`${JSON.stringify({ open: 'a', test: 'x' })}\n`)
  expect((await client.reply()).status).toBe(400)
  expect(await ask(hub, 'a')).toMatch(/^421 .*no test that runs here has that/)
})
