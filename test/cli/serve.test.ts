import { createServer } from 'node:http'
import { networkInterfaces } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { listeningPorts, portsOf } from '../support/listeners.ts'
import { isRunning, processesWith } from '../support/processes.ts'
import { exchange, message } from '../support/raw-client.ts'
import { MOCKS, projectWith, startCommand } from './declared-project.ts'
import { startServe, urlsOf, who } from './serving.ts'

test('a table of the APIs, a line for each request, and each miss explained', async () => {
  const running = startServe(projectWith(), ['mocks.ts'])
  const { users, orders } = await urlsOf(running)
  expect(await who(users)).toBe('declared')
  await fetch(`${users}/whom?token=hunter2`, { method: 'POST' })
  await fetch(orders, { headers: { accept: 'application/json' } })
  running.child.kill('SIGINT')
  const { output, code, errors } = await running.ended
  expect(output.replaceAll(/\d+ ms/g, '1 ms').replaceAll(/REDACTED\w+/g, 'REDACTED')).toBe(
    `Serving mocks.ts until Ctrl-C:
  users   ${users}  USERS_URL
  orders  ${orders}  ORDERS_URL

USERS_URL=${users}
ORDERS_URL=${orders}/v1

users   200  GET /who  1 ms  handler GET /who
users   501  POST /whom?token=REDACTED  1 ms  nothing answers it
  Nearest to it:
    GET /who
      method: takes GET, got POST
      path segment 1: takes "who", got "whom"

  Answer it with a handler: in the declaration, or for one test with
    apis.users.use(http.post('/whom', () => HttpResponse.json({})))

orders  501  GET /  1 ms  nothing answers it
  orders has no handlers and no recorded entries.

  Answer it with a handler: in the declaration, or for one test with
    apis.orders.use(http.get('/', () => HttpResponse.json({})))

`,
  )
  expect([code, errors]).toEqual([0, ''])
  const listening = listeningPorts()
  for (const url of [users, orders]) expect(listening).not.toContain(Number(new URL(url).port))
})

test('a handler that throws is said once, below its request', async () => {
  const project = projectWith({
    'mocks.ts': `
import { http } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: {
    env: 'USERS_URL',
    handlers: [
      http.get('/who', () => {
        throw new Error('no user yet')
      }),
    ],
  },
  orders: { env: { ORDERS_URL: ({ url }) => url + '/v1' } },
})
`,
  })
  const running = startServe(project, ['mocks.ts'])
  const { users } = await urlsOf(running)
  expect((await fetch(`${users}/who`)).status).toBe(500)
  running.child.kill('SIGINT')
  const { output, errors } = await running.ended
  const lines = output.slice(output.indexOf('users   500')).replace(/\d+ ms/, '1 ms')
  expect(lines).toMatch(/^users   500  GET \/who  1 ms  failed\n  /)
  expect(output.match(/no user yet/g)).toHaveLength(1)
  expect(errors).toBe('')
})

test('in JSON, each line is an object', async () => {
  const project = projectWith({ 'mockberth.config.ts': MOCKS })
  const running = startServe(project, ['--json'])
  await running.printed(/"serving".*\n/)
  const [serving] = running.output().split('\n').map(parsed)
  const { users, orders } = Object.fromEntries(
    serving.apis.map(({ name, url }: { name: string; url: string }) => [name, url]),
  )
  expect(serving).toEqual({
    type: 'serving',
    file: `${project.folder}/mockberth.config.ts`,
    apis: [
      { name: 'users', url: users, envNames: ['USERS_URL'] },
      { name: 'orders', url: orders, envNames: ['ORDERS_URL'] },
    ],
    services: [],
    env: { USERS_URL: users, ORDERS_URL: `${orders}/v1` },
  })
  expect(await who(users)).toBe('declared')
  await fetch(`${users}/whom`)
  project.write({ 'mockberth.config.ts': 'export default 1' })
  await running.printed(/"failed".*\n/)
  project.write({ 'mockberth.config.ts': MOCKS })
  await running.printed(/"reloaded".*\n/)
  running.child.kill('SIGTERM')
  const { output, code } = await running.ended
  const [, hit, miss, failed, reloaded] = output.trimEnd().split('\n').map(parsed)
  const api = { type: 'exchange', api: 'users', method: 'GET', startedAt: expect.any(Number) }
  const duration = expect.any(Number)
  const by = 'handler GET /who'
  expect(hit).toEqual({ ...api, target: '/who', status: 200, outcome: 'mocked', duration, by })
  expect(miss).toMatchObject({ ...api, target: '/whom', status: 501, outcome: 'unhandled' })
  expect(miss.explanation).toContain('Nearest to it:\n  GET /who\n')
  expect(failed).toEqual({
    type: 'failed',
    code: 'DECLARATION_INVALID',
    message: expect.stringContaining('is not a declaration. A declaration is what'),
  })
  expect(reloaded).toEqual({
    ...serving,
    type: 'reloaded',
    changed: [`${project.folder}/mockberth.config.ts`],
  })
  expect(code).toBe(0)
})

function parsed(line: string): any {
  return JSON.parse(line === '' ? 'null' : line)
}

/** An address of this machine that is none of loopback. */
const ADDRESS = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

test.runIf(ADDRESS !== undefined)(
  'only with --host other machines reach the mocks, and that is said',
  async () => {
    const project = projectWith()
    const own = startServe(project, ['mocks.ts'])
    const { port: ownPort } = new URL((await urlsOf(own)).users)
    await expect(fetch(`http://${ADDRESS}:${ownPort}/who`)).rejects.toThrow('fetch failed')
    for (const host of ['0.0.0.0', '::', ADDRESS!]) {
      const running = startServe(project, ['mocks.ts', '--host', host])
      const { users } = await urlsOf(running)
      const { port } = new URL(users)
      const network = `http://${host === '::' || host === '0.0.0.0' ? ADDRESS : host}:${port}`
      expect(running.output()).toContain(`  users   ${users}  ${network}  USERS_URL\n`)
      expect([await who(users), await who(network), await who(`http://[::1]:${port}`)]).toEqual(
        Array(3).fill('declared'),
      )
      // A page on the web can point a name of its own here.
      const named = await exchange(Number(port), message('GET /who', ['Host: evil.test']))
      expect(named.status).toBe(421)
      running.child.kill('SIGINT')
      expect((await running.ended).errors).toBe(
        `mockberth: with --host ${host}, whoever reaches this machine reaches the mocks. Leave --host out, and only this machine does.\n`,
      )
    }
    const local = startServe(project, ['mocks.ts', '--host', 'localhost'])
    await urlsOf(local)
    local.child.kill('SIGINT')
    expect((await local.ended).errors).toBe('')
  },
)

test.for<[what: string, args: readonly string[], error: RegExp]>([
  [
    'a host that is no address',
    ['mocks.ts', '--host', 'example.com'],
    /^mockberth: serve: --host got "example\.com"; it takes an IP address of this machine; 0\.0\.0\.0 and :: are all of them\.\n$/,
  ],
  [
    'an address of another machine',
    ['mocks.ts', '--host', '203.0.113.9'],
    /\nmockberth: no port can be opened on 203\.0\.113\.9 \(EADDRNOTAVAIL\)\. Check that 203\.0\.113\.9 is an address of this machine, and that a firewall or sandbox allows it\.\n$/,
  ],
  ['no declaration', [], /^mockberth: there is no mockberth\.config\.ts \(mts, js, mjs\) in /],
  ['a flag that there is not', ['--prot', '1'], /^error: unknown option '--prot'\n/],
  ['two declarations', ['mocks.ts', 'b.ts'], /^error: too many arguments for 'serve'\. /],
  [
    'a file without a declaration',
    ['server.js'],
    /^mockberth: the declaration \S+ cannot be loaded/,
  ],
])('with %s it ends and says why', async ([, args, error]) => {
  const project = projectWith({ 'server.js': `throw new Error('no')` })
  const { code, errors, output } = await startServe(project, args).ended
  expect(errors).toMatch(error)
  expect(output).toBe(errors)
  expect(code).toBeGreaterThan(0)
})

/** A declaration that is not loaded before long. */
const SLOW = `${MOCKS}
console.log('loading')
await new Promise((resolve) => setTimeout(resolve, 60_000))`

test('Ctrl-C while it starts ends it', async () => {
  const { child, printed, ended } = startServe(projectWith({ 'mocks.ts': SLOW }), ['mocks.ts'])
  await printed(/loading/)
  process.kill(-child.pid!, 'SIGINT')
  expect(await ended).toMatchObject({ code: null, signal: 'SIGINT' })
})

test('Ctrl-C while a reply is on its way ends it, and a second one harms nothing', async () => {
  const endless = `
    import { http, HttpResponse } from 'msw'
    import { defineMocks } from 'mockberth'
    const body = () => new ReadableStream({ pull: async (to) => { to.enqueue('more'); await new Promise((go) => setTimeout(go, 10)) } }).pipeThrough(new TextEncoderStream())
    export default defineMocks({
      users: { env: 'USERS_URL', handlers: [http.get('/endless', () => new HttpResponse(body()))] },
      orders: { env: { ORDERS_URL: ({ url }) => url + '/v1' } },
    })`
  const project = projectWith({ 'mocks.ts': endless })
  const running = startServe(project, ['mocks.ts', '--write-env', '.env.mockberth'])
  const { users } = await urlsOf(running)
  const reply = await fetch(`${users}/endless`)
  const reading = reply.text()
  reading.catch(() => {})
  process.kill(-running.child.pid!, 'SIGINT')
  process.kill(-running.child.pid!, 'SIGINT')
  await running.ended
  await expect(reading).rejects.toThrow('terminated')
  await expect.poll(() => processesWith(project.folder).filter(isRunning)).toEqual([])
  expect(portsOf(running.child.pid!)).toEqual([])
})

test('a port that is declared, and taken, is said', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }
  const mocks = MOCKS.replace("env: 'USERS_URL',", `env: 'USERS_URL', port: ${port},`)
  const running = startServe(projectWith({ 'mocks.ts': mocks }), ['mocks.ts'])
  const { users } = await urlsOf(running)
  expect(running.output()).toContain(
    `mockberth: users listens on port ${new URL(users).port}, because port ${port} is not free.`,
  )
})

test('serve --help says what there is', async () => {
  const { output, code } = await startCommand(projectWith(), ['serve', '--help']).ended
  expect(output).toMatch(/^Usage: mockberth serve \[options\] \[declaration\]\n/)
  for (const flag of ['--write-env <file>', '--host <address>', '--json'])
    expect(output).toContain(flag)
  expect(code).toBe(0)
})
