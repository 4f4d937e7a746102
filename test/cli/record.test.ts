import { existsSync, readFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { harErrors } from '../support/har-schema.ts'
import { portsOf } from '../support/listeners.ts'
import { createProject, type Project } from '../support/project.ts'
import { environmentOf, NODE, startCommand } from './declared-project.ts'

/** Answers with what it was asked, and counts. */
async function startUpstream(): Promise<{ origin: string; count(): number }> {
  let count = 0
  const server = http.createServer((request, response) => {
    count += 1
    response.end(`${request.method} ${request.url} ${count}`)
  })
  onTestFinished(() => void server.close().closeAllConnections())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, count: () => count }
}

function recordedOf({ folder }: Project, file = 'api.har'): string[] {
  const har = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  expect(harErrors(har)).toEqual([])
  return har.log.entries.map((entry: any) => entry.response.content.text)
}

const asks = (...paths: string[]): string => `
  const ask = async (path) => console.log(await (await fetch(process.env.API_URL + path)).text())
  ${paths.map((path) => `await ask(${JSON.stringify(path)})`).join('\n')}`

const command = (text: string): string[] => ['--', NODE, '--input-type=module', '-e', text]

test('what the API says to a command is recorded, without credentials, and served afterwards', async () => {
  const upstream = await startUpstream()
  const project = createProject({})
  const args = ['record', upstream.origin, '-o', 'recordings/api.har']
  const recorded = await startCommand(project, [
    ...args,
    ...command(`${asks('/users/1', '/users/2?token=hunter2')}\nprocess.exit(3)`),
  ]).ended
  expect(recorded.output).toBe(
    `GET /users/1 1\nGET /users/2?token=hunter2 2\n\nmockberth: recordings/api.har\n  2 added, 0 replaced\n  0 of 0 unused\n`,
  )
  expect(recorded.code).toBe(3)
  expect(recordedOf(project, 'recordings/api.har')[0]).toBe('GET /users/1 1')
  const har = readFileSync(join(project.folder, 'recordings/api.har'), 'latin1')
  expect(har).not.toContain('hunter2')

  const replaying = startCommand(project, ['replay', 'recordings/api.har'])
  const [, url] = await replaying.printed(/(http:\/\/127\.0\.0\.1:\d+) {2}2 entries/)
  expect(await (await fetch(`${url}/users/1`)).text()).toBe('GET /users/1 1')
  expect(upstream.count()).toBe(2)
})

test('what is asked again is replaced, and what is not stays', async () => {
  const upstream = await startUpstream()
  const project = createProject({})
  const args = ['record', upstream.origin, '-o', 'api.har']
  await startCommand(project, [...args, ...command(asks('/1', '/2'))]).ended
  const { output } = await startCommand(project, [...args, ...command(asks('/2', '/3'))]).ended
  expect(output).toContain('\nmockberth: api.har\n  1 added, 1 replaced\n')
  expect(recordedOf(project)).toEqual(['GET /1 1', 'GET /2 3', 'GET /3 4'])
})

test('the command is told the path of the API, too, in the variables that are named', async () => {
  const upstream = await startUpstream()
  const project = createProject({})
  const text = `
    console.log(JSON.stringify([process.env.ONE, process.env.TWO, process.env.API_URL, process.env.MOCKBERTH_MODE, process.env.MOCKBERTH_FORCE_RECORD]))
    await fetch(process.env.ONE + '/models')`
  const args = ['record', `${upstream.origin}/v1/`, '-o', 'api.har', '--env', 'ONE,TWO']
  const { output } = await startCommand(project, [...args, ...command(text)], {
    MOCKBERTH_MODE: 'forward',
  }).ended
  const [one, two, ...others] = JSON.parse(output.split('\n')[0]!)
  expect(one).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/)
  expect(two).toBe(one)
  expect(others).toEqual([null, 'forward', null])
  expect(recordedOf(project)).toEqual(['GET /v1/models 1'])
})

test('who types it in CI means it', async () => {
  const upstream = await startUpstream()
  const project = createProject({})
  const args = ['record', upstream.origin, '-o', 'api.har', ...command(asks('/1'))]
  expect((await startCommand(project, args, { CI: 'true' }).ended).code).toBe(0)
  expect(recordedOf(project)).toEqual(['GET /1 1'])
})

test.for(['SIGINT', 'SIGTERM'] as const)(
  'without a command it records what anybody asks, until %s',
  async (signal) => {
    const upstream = await startUpstream()
    const project = createProject({})
    const running = startCommand(project, ['record', upstream.origin, '-o', 'api.har'])
    const [, url] = await running.printed(/^API_URL=(\S+)\n\n/m)
    expect(await (await fetch(`${url}/1`)).text()).toBe('GET /1 1')
    running.child.kill(signal)
    const { output, errors, code } = await running.ended
    expect(output.replace(/\d+ ms/, '1 ms').replace(errors, '')).toBe(
      `Recording ${upstream.origin} into api.har until Ctrl-C:\n  ${url}\n\nAPI_URL=${url}\n\n200  GET /1  1 ms  upstream ${upstream.origin}\n`,
    )
    expect(errors).toBe('\nmockberth: api.har\n  1 added, 0 replaced\n  0 of 0 unused\n')
    expect(code).toBe(0)
    expect(portsOf(running.child.pid!)).toEqual([])
    expect(recordedOf(project)).toEqual(['GET /1 1'])
  },
)

test('an API that does not answer is told, and nothing of it is recorded', async () => {
  const server = http.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const project = createProject({})
  const args = ['record', `http://127.0.0.1:${port}`, '-o', 'api.har']
  const text = `console.log((await fetch(process.env.API_URL)).status)`
  const { output, errors, code } = await startCommand(project, [...args, ...command(text)]).ended
  expect(output).toMatch(/^502\n/)
  expect(errors).toContain('mockberth record: Requests that nothing answered:')
  expect(errors).toContain('ECONNREFUSED')
  expect(code).toBe(0)
  expect(existsSync(join(project.folder, 'api.har'))).toBe(false)
})

const UPSTREAM = 'https://api.example'

test.for<[what: string, args: readonly string[], error: string]>([
  ['no file', [UPSTREAM], "error: required option '-o, --output <file>' not specified\n"],
  ['no URL', ['-o', 'api.har'], "error: missing required argument 'url'\n"],
  [
    'a URL that is none',
    ['api.example', '-o', 'api.har'],
    'mockberth: record: the URL got "api.example"; it takes that of an API, as in https://api.github.com.\n',
  ],
  [
    'a query',
    [`${UPSTREAM}/?a=1`, '-o', 'api.har'],
    `mockberth: record: the URL got "${UPSTREAM}/?a=1"; it takes that of an API, as in https://api.github.com.\n`,
  ],
  [
    'two URLs',
    [UPSTREAM, UPSTREAM, '-o', 'api.har'],
    `mockberth: record: the URL got "${UPSTREAM} ${UPSTREAM}"; it takes that of an API, as in https://api.github.com.\n`,
  ],
  [
    'a variable that is none',
    [UPSTREAM, '-o', 'api.har', '--env', 'API-URL'],
    'mockberth: the API api: env got "API-URL"; it takes names of letters',
  ],
  [
    'a file that cannot be recorded into',
    [UPSTREAM, '-o', 'api.har.gz'],
    'mockberth: the API api: /project/api.har.gz is packed, ',
  ],
])('with %s it ends and says why', async ([, args, error]) => {
  const project = createProject({})
  const env = environmentOf(project)
  const { code, output } = await startCommand(project, ['record', ...args], env).ended
  expect(output.replaceAll(project.folder, '/project').slice(0, error.length)).toBe(error)
  expect(code).toBeGreaterThan(0)
})
