import { createServer } from 'node:http'
import net from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createFolder } from '../support/har.ts'
import { node, nodeLine, SERVER, start } from './apps.ts'

const text = async (url: string): Promise<string> => (await fetch(url)).text()

test.for([
  ['a line for the shell', nodeLine(SERVER)],
  ['a file and its arguments', node(SERVER)],
] as const)('%s is started on a port of its own, which is in PORT', async ([, command]) => {
  const app = await start({ command })
  expect(app.url).toBe(`http://127.0.0.1:${app.port}`)
  expect(await text(app.url)).toBe(String(app.port))
  expect(app.isAlive()).toBe(true)
  await app.verify()
})

test('a shell has what a shell has', async () => {
  const app = await start({ command: `WORD=in-shell && echo $WORD; exec ${nodeLine(SERVER)}` })
  await expect.poll(() => app.output).toBe('in-shell\nOPTIONS *\n')
})

const SAY_ENV = `
  const { createServer } = require("node:http")
  createServer((request, response) => response.end(JSON.stringify([process.argv.slice(1), process.env])))
    .listen(process.argv[1])`

test('{port} and {url} stand for its own, in the command and in env', async () => {
  const command = node(SAY_ENV, '{port}', 'at={url}/', '${port}', '{ports}')
  const app = await start({ command, env: { SELF: '{url}/self' } })
  const [args, env] = JSON.parse(await text(app.url))
  expect(args).toEqual([String(app.port), `at=${app.url}/`, '${port}', '{ports}'])
  expect(env).toMatchObject({ SELF: `${app.url}/self`, PORT: String(app.port) })
})

test.for([
  [{}, 'localhost,127.0.0.1,::1'],
  [{ NO_PROXY: 'internal.test, localhost' }, 'internal.test,localhost,127.0.0.1,::1'],
  [{ no_proxy: 'internal.test' }, 'internal.test,localhost,127.0.0.1,::1'],
] as const)('beside %o, NO_PROXY has loopback', async ([declared, expected]) => {
  vi.stubEnv('NO_PROXY', undefined).stubEnv('no_proxy', undefined)
  onTestFinished(() => void vi.unstubAllEnvs())
  const app = await start({ command: node(SAY_ENV, '{port}'), env: declared })
  const [, env] = JSON.parse(await text(app.url))
  expect(env).toMatchObject({ NO_PROXY: expected, no_proxy: expected })
})

test('env is on top of that of this process, and takes away what is undefined', async () => {
  vi.stubEnv('KEPT', 'kept').stubEnv('TAKEN_AWAY', 'there').stubEnv('CHANGED', 'before')
  onTestFinished(() => void vi.unstubAllEnvs())
  const env = { TAKEN_AWAY: undefined, CHANGED: 'after' }
  const app = await start({ command: node(SAY_ENV, '{port}'), env })
  const [, seen] = JSON.parse(await text(app.url))
  expect(seen).toMatchObject({ KEPT: 'kept', CHANGED: 'after' })
  expect(seen).not.toHaveProperty('TAKEN_AWAY')
})

test('it runs in cwd', async () => {
  const cwd = await createFolder()
  const script = `console.log(process.cwd()); ${SERVER}`
  expect((await start({ command: node(script), cwd })).output).toContain(`${cwd}\n`)
})

test('it is asked OPTIONS * until it answers, and no page', async () => {
  const app = await start({ command: node(SERVER) })
  await expect.poll(() => app.output).toBe('OPTIONS *\n')
})

test('one that does not answer OPTIONS is asked GET /', async () => {
  const script = `
    const { createServer } = require("node:http")
    createServer((request, response) => {
      console.log(request.method, request.url)
      if (request.method === "GET") response.end("page")
    }).listen(process.env.PORT)`
  const app = await start({ command: node(script) })
  expect(await text(app.url)).toBe('page')
  expect(app.output).toContain('OPTIONS *\nGET /\n')
})

test('one that listens long before it answers is ready when it answers', async () => {
  const script = `
    const { createServer } = require("node:http")
    let isWarm = false
    const waiting = []
    const answer = (response) => response.end("warm")
    createServer((request, response) => {
      console.log("asked")
      if (isWarm) answer(response)
      else if (waiting.push(response) === 1) setTimeout(() => {
        console.log("warm")
        isWarm = true
        waiting.forEach(answer)
      }, 300)
    }).listen(process.env.PORT)`
  const app = await start({ command: node(script) })
  await expect.poll(() => app.output).toBe('asked\nwarm\n')
})

test('one that ends connections until it can answer is asked again', async () => {
  const script = `
    const { createServer } = require("node:http")
    let count = 0
    createServer((request, response) => ++count < 6 ? request.destroy() : response.end(String(count)))
      .listen(process.env.PORT)`
  const app = await start({ command: node(script) })
  expect(Number(await text(app.url))).toBeGreaterThan(6)
})

test('what a child of its command listens on is its own', async () => {
  const script = `require("node:child_process").spawn(process.execPath, ["-e", process.argv[1]], { stdio: "inherit" })`
  const app = await start({ command: node(script, SERVER) })
  expect(await text(app.url)).toBe(String(app.port))
})

test('what a child listens on that has left its group and its parents is its own', async () => {
  const command = `(setsid ${nodeLine(SERVER)} &) ; exec sleep 1000`
  const app = await start({ command })
  expect(await text(app.url)).toBe(String(app.port))
})

test('one that listens on ::1 alone is reached there', async () => {
  const script = SERVER.replace('listen(process.env.PORT)', 'listen(process.env.PORT, "::1")')
  const app = await start({ command: node(script) })
  expect(app.url).toBe(`http://[::1]:${app.port}`)
  expect(await text(app.url)).toBe(String(app.port))
  await app.verify()
})

test("ready: 'listening' is for those that speak no HTTP, and does not shock them", async () => {
  // A connection that is reset, which nobody here handles, ends it.
  const script = `require("node:net").createServer((socket) => socket.end("bye")).listen(process.env.PORT)`
  const app = await start({ command: node(script), ready: 'listening' })
  for (let checks = 0; checks < 20; checks++) await app.verify()
  const socket = net.connect(app.port, '127.0.0.1').setEncoding('utf8')
  expect(await socket.toArray()).toEqual(['bye'])
})

const HEALTH = `
  const { createServer } = require("node:http")
  let count = 0
  createServer((request, response) => {
    response.statusCode = request.url === "/health" ? (++count < 4 ? 503 : 204) : 404
    console.log(request.url, response.statusCode)
    response.end()
  }).listen(process.env.PORT)`

test.for(['/health', '{url}/health', 'http://localhost:{port}/health'])(
  'ready: { url: %j } waits for a status of success there',
  async (url) => {
    const app = await start({ command: node(HEALTH), ready: { url } })
    await expect.poll(() => app.output).toBe(`${'/health 503\n'.repeat(3)}/health 204\n`)
  },
)

test('ready: { url, status } waits for this status', async () => {
  const ready = { url: '/missing', status: 404 }
  const app = await start({ command: node(HEALTH), ready })
  await expect.poll(() => app.output).toBe('/missing 404\n')
})

test('a URL elsewhere may tell', async () => {
  const elsewhere = createServer((_request, response) => response.end())
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void elsewhere.close())
  const url = `http://127.0.0.1:${(elsewhere.address() as net.AddressInfo).port}/`
  const app = await start({ command: 'exec sleep 1000', ready: { url } })
  expect(app.url).toBe(`http://127.0.0.1:${app.port}`)
  await app.verify()
})

const OWN_PORT = `
  const server = require("node:http").createServer((request, response) => response.end("own"))
  server.listen(process.env.PORT, () => {
    const { port } = server.address()
    console.log("\\u001B[32mlistening\\u001B[0m on \\u001B[1mhttp://localhost:" + port + "/\\u001B[22m (port " + port + ")")
  })`

test.for([
  ['port', /\(port (?<port>\d+)\)/g, '127.0.0.1'],
  ['url', /on (?<url>http\S+)/, 'localhost'],
] as const)(
  'one that chooses its own port tells it by a group named %s',
  async ([, output, host]) => {
    const app = await start({ command: node(OWN_PORT), port: false, ready: { output } })
    expect(app.url).toBe(`http://${host}:${app.port}`)
    expect(await text(app.url)).toBe('own')
    expect(app.output).toBe(`listening on http://localhost:${app.port}/ (port ${app.port})\n`)
  },
)

test('a pattern without groups is about the port that it was given', async () => {
  const script = `${SERVER}\nsetTimeout(() => console.error("at last"), 100)`
  const app = await start({ command: node(script), ready: { output: /last/ } })
  expect(await text(app.url)).toBe(String(app.port))
})

test('a port that it must have is what it gets', async () => {
  const first = await start({ command: node(SERVER) })
  const { port } = first
  await first.stop()
  const app = await start({ command: node(SERVER), port })
  expect(app.url).toBe(`http://127.0.0.1:${port}`)
  expect(await text(app.url)).toBe(String(port))
})

test('stdin stays open', async () => {
  const script = `process.stdin.on("end", () => process.exit(1)).resume(); ${SERVER}`
  const app = await start({ command: node(script) })
  expect(await text(app.url)).toBe(String(app.port))
  expect(app.isAlive()).toBe(true)
})

test('of its output the last 64 Ki characters are kept', async () => {
  const script = `
    for (let line = 0; line < 20000; line++) console.log("line", line)
    ${SERVER}`
  const app = await start({ command: node(script) })
  await expect.poll(() => app.output).toMatch(/line 19999\nOPTIONS \*\n$/)
  expect(app.output).toHaveLength(65_536)
})
