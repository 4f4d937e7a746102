import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startWorker } from '../hub/workers.ts'
import { portsOf } from '../support/listeners.ts'
import { isRunning, processesWith } from '../support/processes.ts'
import { environmentOf, MOCKS, NODE, projectWith, run, script, start } from './declared-project.ts'

test('the app asks the declaration at its start, and then each test on its behalf', async () => {
  const project = projectWith()
  const running = start(project, ['mocks.ts', '--', NODE, 'server.js'])
  const [, port] = await running.printed(/on port (\d+)\./)
  expect(running.output()).toMatch(
    /^mockberth hub: mocks\.ts\n {2}users {3}http:\/\/127\.0\.0\.1:\d+\n {2}orders {2}http:\/\/127\.0\.0\.1:\d+\nat its start: declared\non port \d+\.\n$/,
  )
  vi.stubEnv('TMPDIR', environmentOf(project).TMPDIR)
  onTestFinished(() => void vi.unstubAllEnvs())
  const [one, two] = await Promise.all([startWorker(project.folder), startWorker(project.folder)])
  await Promise.all([one.order('open', 'a'), two.order('open', 'b')])
  const ask = async (baggage = ''): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}/`, { headers: { baggage } })).text()
  expect(await ask('mockberth=a')).toBe(`${one.child.pid} a`)
  expect(await ask('mockberth=b')).toBe(`${two.child.pid} b`)
  expect(await ask()).toBe('declared')
  running.child.kill('SIGTERM')
  expect(await running.ended).toMatchObject({
    code: 143,
    errors: expect.stringMatching(/^.*\n.*\n.*\n$/),
  })
  await expect(one.order('open', 'c')).rejects.toMatchObject({ code: 'HUB_GONE' })
  expect(readdirSync(join(project.folder, 't', `mockberth-hubs-${process.getuid!()}`))).toEqual([])
})

test('the command has the URLs, the propagation and the way to the hub in its environment', async () => {
  const project = projectWith({ 'before.cjs': 'globalThis.before = true' })
  const names = ['USERS_URL', 'ORDERS_URL', 'NODE_OPTIONS', 'NO_PROXY', 'MOCKBERTH_MOCK_HOSTS']
  const text = `
    const fs = require('node:fs')
    const { apis } = JSON.parse(fs.readFileSync(process.env.MOCKBERTH_HUB, 'utf8'))
    console.log(JSON.stringify({ apis, before, env: ${JSON.stringify(names)}.map((name) => process.env[name]) }))`
  const { output } = await run(project, script(text), {
    NODE_OPTIONS: '--require ./before.cjs',
    NO_PROXY: 'example.com',
  })
  const { apis, before, env } = JSON.parse(output.trim().split('\n').at(-1)!)
  const [users, orders, options, proxy, hosts] = env
  expect(before).toBe(true)
  expect(users).toBe(apis.users)
  expect(orders).toBe(`${apis.orders}/v1`)
  const entry = new URL(
    '../../.projects/node_modules/mockberth/dist/propagate/index.js',
    import.meta.url,
  )
  expect(options).toBe(`--require ./before.cjs --import ${entry.href}`)
  expect(proxy).toBe('example.com,localhost,127.0.0.1,::1')
  expect(hosts).toBe('users.test,www.users.test')
})

test('a package in a folder with spaces and quotes in its name is loaded all the same', async () => {
  const project = projectWith()
  const folder = join(project.folder, 'a "b" c')
  const installed = join(folder, 'node_modules/mockberth')
  cpSync(join(project.folder, '../node_modules/mockberth'), installed, { recursive: true })
  project.write({ 'a "b" c/mocks.ts': MOCKS })
  const cli = join(installed, 'dist/cli/index.js')
  const command = [NODE, '-e', 'console.log(process.env.NODE_OPTIONS)']
  const mocks = join(folder, 'mocks.ts')
  const env = environmentOf(project)
  const { output, code } = await project.run('node', [cli, 'hub', mocks, '--', ...command], env)
  expect(output).toMatch(/\n--import file:\S+\/a%20%22b%22%20c\/node_modules\/\S+\n$/)
  expect(code).toBe(0)
})

test.for([
  ['ends well', 'process.exit()', 0],
  ['ends with a code', 'process.exit(3)', 3],
  ['is killed', 'process.kill(process.pid, "SIGKILL")', 137],
] as const)('when the command %s, so does the hub', async ([, text, code]) => {
  expect(await run(projectWith(), script(text))).toMatchObject({ code, signal: null })
})

/** Says which signals it gets, and ends some time after the first. */
const SIGNALLED = `
  const server = require('node:http').createServer().listen(0)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      console.log('got ' + signal)
      setTimeout(() => process.exit(7), 300)
    })
  }
  console.log('ready')`

test.for<[who: string, signal: NodeJS.Signals, isGroup: boolean]>([
  ['the hub', 'SIGINT', false],
  ['the hub', 'SIGTERM', false],
  ['the hub', 'SIGHUP', false],
  ['all, as from a terminal', 'SIGINT', true],
  ['all', 'SIGTERM', true],
])('a signal to %s (%s) comes to the command once, which decides how it ends', async (given) => {
  const [, signal, isGroup] = given
  const { child, printed, ended } = start(projectWith(), script(SIGNALLED))
  await printed(/ready/)
  process.kill(isGroup ? -child.pid! : child.pid!, signal)
  const { code, output } = await ended
  expect(output.match(/got \w+/g)).toEqual([`got ${signal}`])
  expect(code).toBe(7)
})

test('a hub that is killed takes the command and all that it started with it', async () => {
  const project = projectWith()
  const family = `
    const { spawn } = require('node:child_process')
    const child = 'process.on("SIGTERM", () => {}); require("node:http").createServer().listen(0)'
    for (const detached of [true, false]) spawn(process.execPath, ['-e', child], { detached })
    require('node:http').createServer().listen(0)
    process.on('SIGTERM', () => {})`
  const { child, ended } = start(project, script(family))
  // Two APIs of the hub, and three servers.
  await expect.poll(() => portsOf(child.pid!).length).toBe(5 + 2)
  const processes = processesWith(project.folder)
  expect(processes.length).toBeGreaterThanOrEqual(5)
  child.kill('SIGKILL')
  await ended
  await expect.poll(() => processes.filter(isRunning)).toEqual([])
  expect(processes.flatMap(portsOf)).toEqual([])
  await expect.poll(() => processesWith(project.folder)).toEqual([])
})

test('what the command leaves running is ended', async () => {
  const project = projectWith()
  const text = `
    const { spawn } = require('node:child_process')
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }).unref()`
  expect((await run(project, script(text))).code).toBe(0)
  await expect.poll(() => processesWith(project.folder)).toEqual([])
})

test('what a declaration has begun keeps no hub alive', async () => {
  const project = projectWith({ 'mocks.ts': `${MOCKS}\nsetInterval(() => {}, 1000)` })
  expect((await run(project, script('0'))).code).toBe(0)
})

test('two hubs in one folder have ports and tests of their own', async () => {
  const project = projectWith()
  const hubs = [1, 2].map(() => start(project, ['mocks.ts', '--', NODE, 'server.js']))
  const urls = await Promise.all(hubs.map(({ printed }) => printed(/users +(http\S+)/)))
  await Promise.all(hubs.map(({ printed }) => printed(/on port/)))
  expect(urls[0]![1]).not.toBe(urls[1]![1])
  hubs[0]!.child.kill('SIGTERM')
  await hubs[0]!.ended
  expect(await (await fetch(`${urls[1]![1]}/who`)).text()).toBe('declared')
})

test('hub --help says how it is used', async () => {
  const { output, code } = await run(projectWith(), ['--help'])
  expect(output).toMatch(/^Usage: mockberth hub \[declaration\] -- <command\.\.\.>\n/)
  expect(output).toContain('npx mockberth hub fixtures/mocks.ts -- node server.js')
  expect(code).toBe(0)
})
