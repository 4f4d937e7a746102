import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listeningPorts } from '../support/listeners.ts'
import { projectsFolder } from '../support/project.ts'
import { startRun } from './app-project.ts'
import { endOf, failureIn } from './playwright-project.ts'
import { runShared, sharedProject } from './shared-project.ts'

const names = (count: number) => `(await (await request.get('/names?${count}')).json())`

const OVERRIDE = `apis.users.use(http.get('/users/1', () => HttpResponse.json({ id: title })))`

const many = (count: number): string => `
import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

for (let index = 0; index < ${count}; index++) {
  test('number ' + index, async ({ apis, request }, { title }) => {
    ${OVERRIDE}
    const [one, two] = await Promise.all([10, 10].map(async (count) => (await request.get('/names?' + count)).json()))
    expect(new Set([...one, ...two])).toEqual(new Set([title]))
    await expect(apis.users).toHaveReceived('GET', '/users/1', { times: 20 })
  })
}
`

test('200 tests in 4 workers share an app, and each has its own mocks', async () => {
  const files = Object.fromEntries(
    [1, 2, 3, 4].map((file) => [
      `e2e/many-${file}.spec.ts`,
      many(50).replace("'number '", `'${file}: number '`),
    ]),
  )
  const project = await sharedProject(files, { options: 'workers: 4,' })
  const ended = await runShared(project)
  expect(endOf(ended)).toBe('200 passed; 0')
  expect(ended.output).toContain('[WebServer] began with 1\n')
})

test('without the propagation, the app asks on behalf of nobody', async () => {
  const project = await sharedProject(
    {
      'e2e/a.spec.ts': `
import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

test('has its own', async ({ apis, request }, { title }) => {
  ${OVERRIDE}
  expect(${names(2)}).toEqual([title, title])
})
`,
    },
    { via: 'env -u NODE_OPTIONS' },
  )
  const ended = await runShared(project)
  expect(endOf(ended)).toBe('1 failed; 1')
  expect(failureIn(ended, 'has its own')).toContain('+   "1"')
})

test('pages, requests of pages, and contexts that a test or its hooks made are those of the test', async () => {
  const project = await sharedProject({
    'e2e/a.spec.ts': `
import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

let early

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  early = await browser.newContext()
})

test.afterAll(() => early.close())

const text = '#name'

for (const name of ['one', 'two']) {
  test(name, async ({ apis, page, context, browser, playwright, baseURL }, { title }) => {
    ${OVERRIDE}
    const answer = JSON.stringify([title])
    await page.goto('/')
    await expect(page.locator(text)).toHaveText(answer)
    await page.goto(baseURL.replace('127.0.0.1', 'localhost'))
    await expect(page.locator(text)).toHaveText(answer)
    expect(await (await page.request.get('/names?1')).text()).toBe(answer)
    expect(await (await context.request.post(baseURL + '/names?1')).text()).toBe(answer)
    for (const other of [early, await browser.newContext()]) {
      const elsewhere = await other.newPage()
      await elsewhere.goto(baseURL)
      await expect(elsewhere.locator(text)).toHaveText(answer)
      await elsewhere.close()
    }
    await expect(apis.users).toHaveReceived('GET', '/users/1', { times: 6 })
  })
}
`,
  })
  expect(endOf(await runShared(project))).toBe('2 passed; 0')
})

test('what the app asks for a test that has ended is refused, and disturbs no other', async () => {
  const project = await sharedProject({
    'e2e/a.spec.ts': `
import { expect, test } from './test.ts'

test.describe.configure({ mode: 'default' })

test('leaves something behind', async ({ request }) => {
  await request.get('/later?1')
})

test('another', async ({ apis, request }) => {
  expect(await (await request.get('/now')).text()).toBe(
    'mockberth: users: this request belongs to a test that has ended, "leaves something behind". Let that test wait for all that it starts.\\n',
  )
  expect(apis.users.exchanges).toEqual([])
})
`,
  })
  const ended = await runShared(project)
  expect(endOf(ended)).toBe('2 passed; 0')
  expect(ended.output).toContain(
    'users: GET /users/1 was refused (421): this request belongs to a test that has ended, "leaves something behind".',
  )
})

test('an outage of one test is that of no other', async () => {
  const project = await sharedProject({
    'e2e/a.spec.ts': `
import { expect, test } from './test.ts'

test('is down', async ({ apis, request }) => {
  await apis.users.stop()
  const response = await request.get('/names?1')
  expect(response.status()).toBe(502)
  expect(await response.text()).toBe('the users are away')
  await apis.users.start()
  expect(${names(1)}).toEqual(['1'])
})

test('is up', async ({ request }) => {
  expect(${names(10)}).toEqual(Array(10).fill('1'))
})
`,
  })
  expect(endOf(await runShared(project))).toBe('2 passed; 0')
})

test('an unhandled request fails the test that it was made for', async () => {
  const project = await sharedProject({
    'e2e/a.spec.ts': `
import { test } from './test.ts'

test('asks for what there is not', async ({ request }) => {
  await request.get('/miss')
})

test('another', async ({ request }) => {
  await request.get('/names?2')
})

test('wants the app', async ({ app }) => {})
`,
  })
  const ended = await runShared(project)
  expect(endOf(ended)).toBe('2 failed, 1 passed; 1')
  expect(failureIn(ended, 'wants the app')).toMatch(
    /^MockberthError: mockTest\(\): the fixture app is used, and the app is shared: /,
  )
  expect(failureIn(ended, 'asks for what there is not')).toMatch(
    /^MockberthError: This test made requests that nothing answered\.\n\nUnhandled request to users: GET \S+\/nowhere\n/,
  )
})

test('a hub that runs already, in another terminal, is found', async () => {
  const project = await sharedProject({ 'e2e/many.spec.ts': many(4) })
  const url = `http://127.0.0.1:${project.port}`
  const webServer = `{ command: 'exit 1', url: '${url}/ready', reuseExistingServer: true }`
  const config = `{ testDir: 'e2e', fullyParallel: true, workers: 2, use: { baseURL: '${url}' }, webServer: ${webServer} }`
  project.write({ 'playwright.config.ts': `export default ${config}` })
  const cli = join(projectsFolder, 'node_modules/mockberth/dist/cli/index.js')
  const command = ['hub', 'mocks.ts', '--', process.execPath, 'server.js']
  const hub = project.start('node', [cli, ...command], { PORT: String(project.port) })
  await hub.printed(/began with 1\n/)
  await expect.poll(() => listeningPorts().has(project.port)).toBe(true)
  for (let run = 0; run < 2; run++) {
    expect(endOf(await startRun(project).ended)).toBe('4 passed; 0')
  }
  hub.child.kill('SIGTERM')
  expect((await hub.ended).code).toBe(143)
})

test('what is missing is said: the hub, and where the app is', async () => {
  const files = {
    'e2e/a.spec.ts': `
import { test } from './test.ts'

test('asks', async ({ request }) => {
  await request.get('/names?1')
})
`,
  }
  const project = await sharedProject(files)
  const config =
    "export default { testDir: 'e2e', workers: 1, use: { baseURL: 'http://127.0.0.1:9' } }"
  project.write({ 'playwright.config.ts': config })
  const alone = await runShared(project)
  expect(endOf(alone)).toBe('1 failed; 1')
  expect(failureIn(alone, 'asks')).toMatch(/^MockberthError: no hub runs for /)

  const nowhere = await sharedProject(files, { use: 'baseURL: undefined,' })
  const ended = await runShared(nowhere)
  expect(failureIn(ended, 'asks')).toBe(
    "MockberthError: mockTest(): app is 'shared', and nothing says where it is. Say where it is in the config: use: { baseURL: 'http://127.0.0.1:PORT' }.",
  )
})
