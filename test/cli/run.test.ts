import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { portsOf } from '../support/listeners.ts'
import { isRunning, processesWith } from '../support/processes.ts'
import type { Ended, Project, Running } from '../support/project.ts'
import {
  cliOf,
  environmentOf,
  MOCKS,
  NODE,
  projectWith,
  runCommand,
  startCommand,
} from './declared-project.ts'

const BY_NODE = `
  fetch(process.env.USERS_URL + '/who').then(async (reply) => {
    console.log(await reply.text(), process.env.ORDERS_URL)
    process.exit(3)
  })`

test('stdin, stdout and stderr are those of the command, and nothing is added to them', () => {
  const project = projectWith()
  const text = `process.stdin.pipe(process.stdout); console.error('to stderr')`
  const args = [cliOf(project), 'run', 'mocks.ts', '--', NODE, '-e', text]
  const env = { ...process.env, ...environmentOf(project) }
  const { status, stdout, stderr } = spawnSync(NODE, args, {
    cwd: project.folder,
    env,
    input: 'line 1\nline 2',
    encoding: 'utf8',
  })
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'line 1\nline 2',
    stderr: 'to stderr\n',
  })
})

test.for([
  'mockberth.config.ts',
  'mockberth.config.mts',
  'mockberth.config.js',
  'mockberth.config.mjs',
])('where no declaration is named, it is %s', async (file) => {
  const project = projectWith({ [file]: MOCKS, 'mocks.ts': '' })
  const { code, output } = await runCommand(project, ['--', NODE, '-e', BY_NODE])
  expect(output).toMatch(/^declared http/)
  expect(code).toBe(3)
})

test('what nothing answered is told at the end, and is no matter of the exit code', async () => {
  const text = `
    const ask = async (path) => console.log((await fetch(process.env.USERS_URL + path)).status)
    ask('/whom').then(() => ask('/whom')).then(() => ask('/who'))`
  const { code, output, errors } = await runCommand(projectWith(), [
    'mocks.ts',
    '--',
    NODE,
    '-e',
    text,
  ])
  expect(output.replace(errors, '')).toBe('501\n501\n200\n')
  expect(errors).toMatch(
    /^\nmockberth run: Requests that nothing answered:\n\nUnhandled request to users: GET /,
  )
  expect(errors).toContain('\n(2 times)\n')
  expect(code).toBe(0)
})

/** Asks an upstream of the project's own by way of the mocks, and ends. */
const RECORDING = {
  'mocks.ts': `
    import { defineMocks } from 'mockberth'
    export default defineMocks({
      users: { env: 'USERS_URL', upstream: process.env.UPSTREAM, recording: 'recordings/users.har' },
    })`,
  'server.js': `
    import http from 'node:http'
    import { spawnSync } from 'node:child_process'
    const server = http.createServer((request, response) => response.end('of ' + request.url))
    server.listen(0, '127.0.0.1', () => console.log('on port ' + server.address().port + '.'))`,
}

test('what a command makes the upstream say is recorded, and told, and replayed the next time', async () => {
  const project = projectWith(RECORDING)
  const upstream = project.start('node', ['server.js'])
  const [, port] = await upstream.printed(/on port (\d+)\./)
  const env = { UPSTREAM: `http://127.0.0.1:${port}` }
  const text = `fetch(process.env.USERS_URL + '/1').then(async (reply) => console.log(await reply.text()))`
  const args = ['mocks.ts', '--', NODE, '-e', text]
  const recorded = await runCommand(project, args, { ...env, MOCKBERTH_MODE: 'record' })
  expect(recorded.output).toBe(
    'of /1\n\nmockberth: recordings/users.har\n  1 added, 0 replaced\n  0 of 0 unused\n',
  )
  expect(recorded.code).toBe(0)
  upstream.child.kill('SIGKILL')
  await upstream.ended
  expect(await runCommand(project, args, env)).toMatchObject({ output: 'of /1\n', code: 0 })
  const { log } = JSON.parse(readFileSync(join(project.folder, 'recordings/users.har'), 'utf8'))
  expect(log.entries).toHaveLength(1)
})

/** Runs a script with the mocks of a project. */
function startRun(project: Project, text: string): Running {
  return startCommand(project, ['run', 'mocks.ts', '--', NODE, '-e', text])
}

test('two runs at once have ports of their own', async () => {
  const project = projectWith()
  const text = `console.log(process.env.USERS_URL + '.'); process.stdin.on('data', () => {}); setInterval(() => {}, 1000)`
  const runs = [1, 2].map(() => startRun(project, text))
  const urls = await Promise.all(runs.map(({ printed }) => printed(/http\S+(?=\.\n)/)))
  expect(urls[0]![0]).not.toBe(urls[1]![0])
  for (const [url] of urls) expect(await (await fetch(`${url}/who`)).text()).toBe('declared')
  for (const { child } of runs) child.kill('SIGTERM')
  for (const { ended } of runs) expect(await ended).toMatchObject({ code: 143 })
  await expect.poll(() => processesWith(project.folder)).toEqual([])
})

/** A declaration that says when it is loaded, and is not ready before long. */
const SLOW = `${MOCKS}
console.log('loading')
await new Promise((resolve) => setTimeout(resolve, 60_000))`

test.for<[when: string, files: Record<string, string>, said: RegExp, end: Partial<Ended>]>([
  ['it starts', { 'mocks.ts': SLOW }, /loading/, { code: null, signal: 'SIGINT' }],
  ['the command runs', {}, /running/, { code: 130 }],
])('Ctrl-C while %s ends all of it', async ([, files, said, end]) => {
  const project = projectWith(files)
  const text = `console.log('running'); setInterval(() => {}, 1000)`
  const { child, printed, ended } = startRun(project, text)
  await printed(said)
  const processes = processesWith(project.folder)
  process.kill(-child.pid!, 'SIGINT')
  expect(await ended).toMatchObject(end)
  await expect.poll(() => processes.filter(isRunning)).toEqual([])
  expect(processes.flatMap(portsOf)).toEqual([])
})

test('Ctrl-C while what the command left is being ended ends all of it', async () => {
  const project = projectWith()
  const left = `process.on('SIGTERM', () => console.log('asked to end')); setInterval(() => {}, 1000); process.send('ready')`
  const text = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(left)}], { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    child.on('message', () => process.exit(0))`
  const { child, printed, ended } = startRun(project, text)
  await printed(/asked to end/)
  const processes = processesWith(project.folder)
  process.kill(-child.pid!, 'SIGINT')
  await ended
  await expect.poll(() => processes.filter(isRunning)).toEqual([])
})

test('run --help says that there is one set, and how it ends', async () => {
  const { code, output } = await runCommand(projectWith(), ['--help'])
  expect(output).toMatch(/^Usage: mockberth run \[declaration\] -- <command\.\.\.>\n/)
  expect(output).toContain('mockberth run fixtures/mocks.ts -- python manage.py test')
  expect(output).toContain('The mocks are one set, for all that the command does')
  expect(code).toBe(0)
})
