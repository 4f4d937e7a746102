import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { entryOf, harOf, listed } from '../support/har.ts'
import { listeningPorts } from '../support/listeners.ts'
import { createProject } from '../support/project.ts'
import { exchange, message } from '../support/raw-client.ts'
import { end, startReplay, urlOf } from './replaying.ts'

const FOREIGN = harOf([
  entryOf({ url: 'https://api.shop.example/items?page=1' }, { content: { text: 'one' } }),
  entryOf({ url: 'https://api.shop.example/items?page=1' }, { content: { text: 'again' } }),
  entryOf(
    { url: 'http://10.0.0.1:8080/' },
    { status: 302, headers: listed('location: https://api.shop.example/items') },
  ),
  entryOf({ url: 'https://api.shop.example/lost' }, { content: { size: 7 } }),
  entryOf({ url: 'https://api.shop.example/dropped' }, { status: 0 }),
  entryOf({ url: 'data:text/plain,nothing' }, {}),
])

test('a HAR of anybody is served, an API for each origin, and each request is told of', async () => {
  const project = createProject({ 'foreign.har': FOREIGN })
  const running = startReplay(project, 'foreign.har')
  const shop = await urlOf(running, 'api-shop-example')
  const other = await urlOf(running, 'host-10-0-0-1-8080')

  const page = (): Promise<string> => fetch(`${shop}/items?page=1`).then((reply) => reply.text())
  expect([await page(), await page(), await page()]).toEqual(['one', 'again', 'again'])
  const moved = await fetch(other, { redirect: 'manual' })
  expect(moved.headers.get('location')).toBe(`${shop}/items`)
  expect((await fetch(`${shop}/nowhere?token=hunter2`)).status).toBe(501)
  expect((await fetch(`${shop}/lost`)).status).toBe(501)
  await expect(fetch(`${shop}/dropped`)).rejects.toThrow('fetch failed')

  const { output, code } = await end(running)
  expect(code).toBe(0)
  const file = join(project.folder, 'foreign.har')
  expect(output.replaceAll(/\d+ ms/g, '1 ms')).toBe(`Serving foreign.har until Ctrl-C:
  api-shop-example    https://api.shop.example  ${shop}  4 entries
  host-10-0-0-1-8080  http://10.0.0.1:8080      ${other}  1 entry
1 entry of ${file} cannot be replayed:
  entry 6 (GET text/plain,nothing): its URL "data:text/plain,nothing" is none of HTTP

api-shop-example    200  GET /items?page=1  1 ms  entry 1
api-shop-example    200  GET /items?page=1  1 ms  entry 2
api-shop-example    200  GET /items?page=1  1 ms  entry 2
host-10-0-0-1-8080  302  GET /  1 ms  entry 3
api-shop-example    501  GET /nowhere?token=${/(?<=token=)\w+/.exec(output)![0]}  1 ms  nothing answers it
api-shop-example    501  GET /lost  1 ms  api-shop-example: RECORDED_BODY_MISSING: ${file}, entry 4 (GET /lost): its body had a size, but was not kept. Record it again with bodies, or answer it with a handler.
api-shop-example    -    GET /dropped  1 ms  entry 5: no response
`)
  expect(output).not.toContain('hunter2')
  const listening = listeningPorts()
  for (const url of [shop, other]) expect(listening).not.toContain(Number(new URL(url).port))
})

test.for(['SIGINT', 'SIGTERM'] as const)(
  '%s ends it in order; a packed file is served, too, and never what MOCKBERTH_MODE says',
  async (signal) => {
    const project = createProject({})
    writeFileSync(join(project.folder, 'packed.har.gz'), gzipSync(FOREIGN))
    const running = startReplay(project, 'packed.har.gz', { MOCKBERTH_MODE: 'forward' })
    const shop = await urlOf(running, 'api-shop-example')
    const { status } = await fetch(`${shop}/items?page=1`)
    expect(status).toBe(200)
    expect(await end(running, signal)).toMatchObject({ code: 0, signal: null, errors: '' })
  },
)

test.for<[what: string, file: string, text: string, error: (file: string) => string]>([
  [
    'no file',
    'none.har',
    '',
    () =>
      'there is no file none.har. replay takes the path of a HAR, such as the one that a failed test names.',
  ],
  [
    'no HAR',
    'a.har',
    '{}',
    (file) =>
      `the recording ${file} is no HAR: it has no \`log\`. Record it, or export it, once more.`,
  ],
  [
    'no entries',
    'a.har',
    harOf([]),
    (file) => `the recording ${file} has no entries, so there is nothing to serve.`,
  ],
  [
    'nothing that can be served',
    'a.har',
    harOf([entryOf({ url: 'https://a.test/' })]),
    (file) =>
      `the recording ${file} has nothing to serve. 1 entry of ${file} cannot be replayed:\n  entry 1 (GET /): it has no response`,
  ],
  [
    'what would steer the terminal',
    'a.har',
    '{"log": \u001B[31m',
    (file) =>
      String.raw`the recording ${file} is no HAR: it is not JSON: Unexpected token '\u{1b}', "{"log": \u{1b}[31m" is not valid JSON. Record it, or export it, once more.`,
  ],
  [
    'more APIs than there are ports for',
    'a.har',
    harOf(
      Array.from({ length: 10_000 }, (_, index) => entryOf({ url: `http://h${index}.test` }, {})),
    ),
    (file) =>
      `the recording ${file} is of 10000 APIs; at most 1000 of them are read. Split it, one recording for each API.`,
  ],
])('with %s it exits with 2 and says why', async ([, name, text, error]) => {
  const project = createProject({ 'a.har': text })
  const { code, output } = await startReplay(project, name).ended
  expect(output).toBe(`mockberth: ${error(join(project.folder, name))}\n`)
  expect(code).toBe(2)
})

test('what a HAR says about its APIs is taken where it can be used', async () => {
  const described = [
    {
      name: 'a b',
      origin: 'https://x.test',
      env: { OK: '{url}/v1', 'NO-NAME': 'x', LINES: '1\n2', SHELL_CODE: "$(id); it's \u202E" },
    },
    { name: 'shop', origin: 'no origin', env: { NOWHERE: '{url}' } },
    { name: 'shop', origin: 'https://x.test' },
    { name: 'shop', origin: 'https://y.test', env: [] },
    { origin: 'https://z.test' },
    7,
  ]
  const har = harOf([entryOf({ url: 'https://x.test/' }, {})], { _apis: described })
  const project = createProject({ 'a.har': har })
  const running = startReplay(project, 'a.har')
  const urls = [
    await urlOf(running, 'x-test'),
    await urlOf(running, 'shop'),
    await urlOf(running, 'shop-2'),
  ]
  expect((await end(running)).output).toBe(`Serving a.har until Ctrl-C:
  x-test  https://x.test  ${urls[0]}  1 entry
  shop    https://x.test  ${urls[1]}  1 entry
  shop-2  https://y.test  ${urls[2]}  0 entries

OK=${urls[0]}/v1
SHELL_CODE='$(id); it'\\''s \\u{202e}'

`)
})

test('nothing that it is asked steers the terminal', async () => {
  const project = createProject({ 'a.har': FOREIGN })
  const running = startReplay(project, 'a.har')
  const { port } = new URL(await urlOf(running, 'api-shop-example'))
  await exchange(Number(port), message('GET /', ['host: \u009B31m.example']))
  expect((await end(running)).output.replace(/\d+ ms/, '1 ms')).toContain(
    String.raw`api-shop-example    421  GET /  1 ms  the Host header says "\u{9b}31m.example", which`,
  )
})

test('it ends in order when nobody reads any more what it says', async () => {
  const project = createProject({ 'a.har': FOREIGN })
  const running = startReplay(project, 'a.har')
  const shop = await urlOf(running, 'api-shop-example')
  running.child.stdout!.destroy()
  await fetch(`${shop}/items?page=1`).catch(() => {})
  expect(await running.ended).toMatchObject({ code: 0, signal: null, errors: '' })
  expect(listeningPorts()).not.toContain(Number(new URL(shop).port))
})

test('the name of an API that is too long for a column is made of its host', async () => {
  const described = [{ name: 'a'.repeat(65), origin: 'https://x.test', env: {} }]
  const har = harOf([entryOf({ url: 'https://x.test/' }, {})], { _apis: described })
  const running = startReplay(createProject({ 'a.har': har }), 'a.har')
  await urlOf(running, 'x-test')
  expect((await end(running)).code).toBe(0)
})
