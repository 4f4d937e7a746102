import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listeningPorts } from '../support/listeners.ts'
import { isRunning } from '../support/processes.ts'
import type { Project } from '../support/project.ts'
import { endOf, failureIn, playwrightProject, runPlaywright } from './playwright-project.ts'

/** Asks its upstream, and says what it said; dies when it is told to. */
const SERVER = `
import { appendFileSync } from 'node:fs'
import http from 'node:http'

const users = process.env.USERS_API_URL
http
  .createServer(async ({ method, url }, response) => {
    if (method === 'OPTIONS') return response.writeHead(204).end()
    if (url === '/die') return process.exit(3)
    const { id } = await (await fetch(users + url)).json()
    response.end('user ' + id)
  })
  .listen(process.env.PORT, '127.0.0.1', () => console.log('listening'))
appendFileSync('apps.log', process.pid + ' ' + process.env.PORT + '\\n')
`

const APP_TEST = `
import { mockTest } from 'mockberth/playwright'
import mocks from '../mocks.ts'

export { expect } from 'mockberth/playwright'
export const test = mockTest(mocks, { app: { command: 'node server.js' } })
`

function appProject(files: Readonly<Record<string, string>>, options = ''): Project {
  return playwrightProject({ 'server.js': SERVER, 'e2e/test.ts': APP_TEST, ...files }, options)
}

/** The apps that were started, in order. */
function appsOf({ folder }: Project): { pid: number; port: number }[] {
  const lines = readFileSync(join(folder, 'apps.log'), 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [pid, port] = line.split(' ').map(Number)
    return { pid: pid!, port: port! }
  })
}

/** Those of them that still run or listen. */
function appsLeft(project: Project): unknown[] {
  const listening = listeningPorts()
  return appsOf(project).filter(({ pid, port }) => listening.has(port) || isRunning(pid))
}

test('each worker has an app of its own, which asks the mocks of that worker', async () => {
  const project = appProject(
    {
      'e2e/app.spec.ts': `
import { readFileSync } from 'node:fs'
import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

const appsSoFar = () => readFileSync('apps.log', 'utf8').trim().split('\\n').length

for (let index = 0; index < 8; index++) {
  test('test-' + index, async ({ app, apis, request, baseURL }) => {
    expect(baseURL).toBe(app.url)
    await expect.poll(appsSoFar).toBe(2)
    expect(await (await request.get('/users/7')).text()).toBe('user 7')
    apis.users.use(http.get('/users/7', () => HttpResponse.json({ id: 'of ' + index })))
    expect(await (await request.get('/users/7')).text()).toBe('user of ' + index)
    await expect(apis.users).toHaveReceived('GET', '/users/7', { times: 2 })
    expect(app.output).toContain('listening')
  })
}
`,
    },
    'fullyParallel: true',
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('8 passed; 0')
  expect(appsOf(project)).toHaveLength(2)
  expect(appsLeft(project)).toEqual([])
})

test('an app that dies fails its test, which says so; the next one has another', async () => {
  const project = appProject({
    'e2e/app.spec.ts': `
import { expect, test } from './test.ts'

test('dies', async ({ request }) => {
  await request.get('/users/1')
  await request.get('/die').catch(() => {})
})

test('has another', async ({ request }) => {
  expect(await (await request.get('/users/2')).text()).toBe('user 2')
})
`,
  })
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('1 failed, 1 passed; 1')
  expect(failureIn(ended, 'dies')).toMatch(
    /^MockberthError: the app ended with exit code 3 while it was in use\./,
  )
  expect(failureIn(ended, 'dies')).toContain('listening')
  expect(appsOf(project)).toHaveLength(2)
  expect(appsLeft(project)).toEqual([])
})

test.for([
  ['exits at once', `console.error('no database'); process.exit(1)`, 'no database'],
  [
    'never gets ready',
    `setInterval(() => {}, 1000); console.log('still thinking')`,
    'still thinking',
  ],
] as const)(
  'an app that %s fails its tests with its command and what it printed',
  async ([, server, output]) => {
    const project = appProject({
      'server.js': `import { appendFileSync } from 'node:fs'\nappendFileSync('apps.log', process.pid + ' 0\\n')\n${server}`,
      'e2e/test.ts': APP_TEST.replace("'node server.js'", "'node server.js', timeout: 1000"),
      'e2e/app.spec.ts': `
import { test } from './test.ts'

test('asks', async ({ request }) => {
  await request.get('/users/1')
})
`,
    })
    const ended = await runPlaywright(project)
    expect(endOf(ended)).toBe('1 failed; 1')
    const failure = failureIn(ended, 'asks')
    expect(failure).toMatch(/^MockberthError: the app /)
    expect(failure).toContain('node server.js')
    expect(failure).toContain(output)
    expect(appsLeft(project)).toEqual([])
  },
)

test('its output is attached to a test that fails', async () => {
  const project = appProject({
    'e2e/app.spec.ts': `
import { expect, test } from './test.ts'

test('wrong', async ({ request }) => {
  expect(await (await request.get('/users/1')).text()).toBe('user 2')
})
`,
  })
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('1 failed; 1')
  expect(ended.output).toMatch(
    /attachment #3: output of the app \(text\/plain\) ─+\n {4}listening\n/,
  )
})

test('the config can say how to start it; where nothing does, the fixture says so', async () => {
  const project = appProject(
    {
      'e2e/test.ts': APP_TEST.replace(", { app: { command: 'node server.js' } }", ''),
      'e2e/app.spec.ts': `
import { expect, test } from './test.ts'

test('asks', async ({ app, request }) => {
  expect(await (await request.get('/users/1')).text()).toBe('user 1')
})
`,
    },
    "use: { appOptions: { command: ['node', 'server.js'] } } as object",
  )
  expect(endOf(await runPlaywright(project))).toBe('1 passed; 0')
  project.write({ 'playwright.config.ts': `export default { testDir: 'e2e', reporter: 'list' }` })
  const ended = await runPlaywright(project)
  expect(failureIn(ended, 'asks')).toBe(
    "MockberthError: mockTest(): the fixture app is used, and no app is declared. Declare one: mockTest(mocks, { app: { command: 'node server.js' } }).",
  )
})

test('several apps know of each other; pages are at the first', async () => {
  const project = appProject({
    'front.js': `
import http from 'node:http'

const back = process.env.BACK_URL
http
  .createServer(async ({ method, url }, response) => {
    if (method === 'OPTIONS') return response.writeHead(204).end()
    response.end('front of ' + (await (await fetch(back + url)).text()))
  })
  .listen(process.env.PORT, '127.0.0.1')
`,
    'e2e/test.ts': APP_TEST.replace(
      "{ command: 'node server.js' }",
      "{ front: { command: 'node front.js', env: { BACK_URL: '{back.url}' } }, back: { command: 'node server.js' } }",
    ),
    'e2e/app.spec.ts': `
import { expect, test } from './test.ts'

test('asks both', async ({ app, request, baseURL }) => {
  expect(baseURL).toBe(app.front.url)
  expect(await (await request.get('/users/1')).text()).toBe('front of user 1')
  expect(await (await request.get(app.back.url + '/users/2')).text()).toBe('user 2')
})
`,
  })
  expect(endOf(await runPlaywright(project))).toBe('1 passed; 0')
  expect(appsLeft(project)).toEqual([])
})

test('an app can be started anew, on the port that it had', async () => {
  const project = appProject({
    'e2e/app.spec.ts': `
import { expect, test } from './test.ts'

test('restarts', async ({ app, request }) => {
  const { pid, url } = app
  await app.restart()
  expect(app.url).toBe(url)
  expect(app.pid).not.toBe(pid)
  expect(await (await request.get('/users/1')).text()).toBe('user 1')
})
`,
  })
  expect(endOf(await runPlaywright(project))).toBe('1 passed; 0')
  expect(appsOf(project).map(({ port }) => port)).toHaveLength(2)
  expect(appsLeft(project)).toEqual([])
})

test('a worker that is killed leaves no app', async () => {
  const project = appProject({
    'e2e/app.spec.ts': `
import { expect, test } from './test.ts'

test('is killed', async ({ request }) => {
  await request.get('/users/1')
  process.kill(process.pid, 'SIGKILL')
})
`,
  })
  const ended = await runPlaywright(project)
  expect(ended.code).toBe(1)
  await expect.poll(() => appsLeft(project), { timeout: 15_000 }).toEqual([])
})
