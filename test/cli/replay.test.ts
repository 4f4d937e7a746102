import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { SECRETS } from '../recording/redaction/planted.ts'
import { entryOf, harOf, listed } from '../support/har.ts'
import { listeningPorts } from '../support/listeners.ts'
import { createProject, type Ended, type Project, type Running } from '../support/project.ts'
import { ATTACHMENTS } from '../vitest/attachments.ts'
import { config, pluginProject } from '../vitest/vitest-project.ts'

function startReplay(project: Project, file: string, env: NodeJS.ProcessEnv = {}): Running {
  const cli = join(project.folder, '../node_modules/mockberth/dist/cli/index.js')
  return project.start('node', [cli, 'replay', file], env)
}

/** Where an API is served. */
async function urlOf({ printed }: Running, name: string): Promise<string> {
  const [, url] = await printed(
    new RegExp(`^ +${name} .*(http://127\\.0\\.0\\.1:\\d+)  \\d+ entr`, 'm'),
  )
  return url!
}

async function end({ child, ended }: Running, signal: NodeJS.Signals = 'SIGINT'): Promise<Ended> {
  child.kill(signal)
  return ended
}

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
  expect(output).toBe(`Serving foreign.har until Ctrl-C:
  api-shop-example    https://api.shop.example  ${shop}  4 entries
  host-10-0-0-1-8080  http://10.0.0.1:8080      ${other}  1 entry
1 entry of ${file} cannot be replayed:
  entry 6 (GET text/plain,nothing): its URL "data:text/plain,nothing" is none of HTTP

api-shop-example    200  GET /items?page=1  entry 1
api-shop-example    200  GET /items?page=1  entry 2
api-shop-example    200  GET /items?page=1  entry 2
host-10-0-0-1-8080  302  GET /  entry 3
api-shop-example    501  GET /nowhere?token=${/(?<=token=)\w+/.exec(output)![0]}  no entry for it
api-shop-example    501  GET /lost  api-shop-example: RECORDED_BODY_MISSING: ${file}, entry 4 (GET /lost): its body had a size, but was not kept. Record it again with bodies, or answer it with a handler.
api-shop-example    -    GET /dropped  entry 5: no response
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
  ['no HAR', 'a.har', '{}', (file) => `the recording ${file} is no HAR: it has no \`log\`.`],
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
])('with %s it exits with 2 and says why', async ([, name, text, error]) => {
  const project = createProject({ 'a.har': text })
  const { code, output } = await startReplay(project, name).ended
  expect(output).toBe(`mockberth: ${error(join(project.folder, name))}\n`)
  expect(code).toBe(2)
})

const github = SECRETS['a GitHub token']!

const MOCKS = `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: {
    env: { USERS_API_URL: ({ url }) => url + '/v1', USERS_PORT: ({ port }) => String(port) },
    upstream: 'https://users.test',
    handlers: () => [
      http.get('https://users.test/v1/users/:id', ({ params }) =>
        HttpResponse.json({ id: params.id, next: 'https://users.test/v1/users/8' })),
      http.post('https://users.test/v1/echo', async ({ request }) =>
        new HttpResponse(await request.arrayBuffer(), { status: 201 })),
      http.get('https://users.test/v1/broken', () => HttpResponse.error()),
    ],
  },
  quiet: { env: 'QUIET_URL', upstream: 'https://quiet.test' },
})
`

/** What a client asks, and what it is told: in the test that fails, and at the desk. */
const CLIENT = `
export async function askAll(url) {
  const ask = async (path, init) => {
    try {
      const reply = await fetch(url + path, init)
      return [reply.status, Buffer.from(await reply.arrayBuffer()).toString('latin1').replaceAll(new URL(url).host, 'HERE')]
    } catch (error) {
      return error.cause.code
    }
  }
  return [
    await ask('/users/7?api_key=hunter2', { headers: { authorization: 'Bearer ${github}' } }),
    await ask('/users/8'),
    await ask('/echo', { method: 'POST', body: '{"a":[1,2]}', headers: { 'content-type': 'application/json' } }),
    await ask('/echo', { method: 'POST', body: new Uint8Array([0, 255, 128]) }),
    await ask('/nowhere?b=2&a=1'),
    await ask('/broken'),
  ]
}
`

test('what a failed test was told, its traffic tells again, to who asks the same', async () => {
  const project = pluginProject({
    'vitest.config.ts': config(),
    'mocks.ts': MOCKS,
    'client.js': CLIENT,
    'a.test.ts': `
import { writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { askAll } from './client.js'

test('fails', async () => {
  writeFileSync('told.json', JSON.stringify(await askAll(process.env.USERS_API_URL)))
  throw new Error('failed')
})`,
    'desk.js': `
import { askAll } from './client.js'
console.log(JSON.stringify(await askAll(process.env.USERS_API_URL)))`,
  })
  const { errors } = await project.run('vitest', ['run'])
  const [, file] = /^Serve its traffic again: npx mockberth replay (\S+)$/m.exec(errors)!
  expect(file).toBe(`${ATTACHMENTS}/mockberth/a.test.ts/fails.har`)
  const har = readFileSync(join(project.folder, file!), 'latin1')
  for (const secret of [github, 'hunter2']) expect(har).not.toContain(secret)

  const running = startReplay(project, file!, { MOCKBERTH_MODE: 'forward' })
  const users = await urlOf(running, 'users')
  const quiet = await urlOf(running, 'quiet')
  const lines = `USERS_API_URL=${users}/v1\nUSERS_PORT=${new URL(users).port}\nQUIET_URL=${quiet}\n`
  expect(running.output()).toContain(`\n\n${lines}`)
  const desk = await project.run('node', ['desk.js'], { USERS_API_URL: `${users}/v1` })
  expect(JSON.parse(desk.output)).toEqual(
    JSON.parse(readFileSync(join(project.folder, 'told.json'), 'utf8')),
  )
  expect((await fetch(quiet)).status).toBe(501)
  const { output, code } = await end(running)
  expect(code).toBe(0)
  expect(output.match(/entry \d.*$/gm)).toEqual([
    'entry 1',
    'entry 2',
    'entry 3',
    'entry 4',
    'entry 5',
    'entry 6: no response',
  ])
  for (const secret of [github, 'hunter2']) expect(output).not.toContain(secret)
})

test('links that led to a mock lead to the one that serves', async () => {
  const project = pluginProject({
    'vitest.config.ts': config(),
    'mocks.ts': `
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: { env: 'USERS_API_URL', upstream: 'https://users.test', recording: 'users.har' },
})`,
    'users.har': harOf([
      entryOf(
        { url: 'https://users.test/' },
        {
          headers: listed('content-type: application/json'),
          content: { text: '{"next":"https://users.test/2","text":"see https://users.test"}' },
        },
      ),
    ]),
    'a.test.ts': `
import { test } from 'vitest'

test('fails', async () => {
  const { next } = await (await fetch(process.env.USERS_API_URL)).json()
  await fetch(next)
})`,
  })
  await project.run('vitest', ['run'])
  const running = startReplay(project, `${ATTACHMENTS}/mockberth/a.test.ts/fails.har`)
  const users = await urlOf(running, 'users')
  const { next, text }: any = await (await fetch(users)).json()
  expect([next, text]).toEqual([`${users}/2`, 'see https://users.test'])
  expect((await fetch(next)).status).toBe(501)
  expect((await end(running)).output).toContain('users  501  GET /2  entry 2\n')
})
