import { expect, test } from 'vitest'
import { APP_TEST, appProject, appsOf, nothingLeft, runWithApps, startRun } from './app-project.ts'
import { endOf, failureIn } from './playwright-project.ts'

test.each([2, 4])(
  'each of %i workers has an app of its own, which asks its mocks',
  async (workers) => {
    const project = appProject(
      {
        'e2e/app.spec.ts': `
import { http, HttpResponse } from 'msw'
import { apps } from './apps.js'
import { expect, test } from './test.ts'

for (let index = 0; index < 8; index++) {
  test('test-' + index, async ({ app, apis, request, baseURL }, { workerIndex }) => {
    expect(baseURL).toBe(app.url)
    await expect.poll(() => apps().length, { timeout: 25_000 }).toBe(${workers})
    expect(await (await request.get('/users/7')).text()).toBe('user 7')
    apis.users.use(http.get('/users/7', () => HttpResponse.json({ id: 'of ' + index })))
    expect(await (await request.get('/users/7')).text()).toBe('user of ' + index)
    await expect(apis.users).toHaveReceived('GET', '/users/7', { times: 2 })
    expect(app.output).toContain('listening')
    console.log('worker ' + workerIndex + ' has app ' + app.port + ' and mock ' + apis.users.port)
  })
}
`,
      },
      'fullyParallel: true',
    )
    const ended = await runWithApps(project, [`--workers=${workers}`])
    expect(endOf(ended)).toBe('8 passed; 0')
    const sets = new Set(ended.output.match(/^worker .*/gm))
    expect(sets.size).toBe(workers)
    const ports = [...sets].flatMap((set) => set.match(/(?<=(?:app|mock) )\d+/g))
    expect(new Set(ports).size).toBe(2 * workers)
    expect(appsOf(project)).toHaveLength(workers)
  },
)

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
  const ended = await runWithApps(project)
  expect(endOf(ended)).toBe('1 failed, 1 passed; 1')
  expect(failureIn(ended, 'dies')).toMatch(
    /^MockberthError: the app ended with exit code 3 while it was in use\./,
  )
  expect(failureIn(ended, 'dies')).toContain('listening')
  expect(appsOf(project)).toHaveLength(2)
})

test('an app that dies of what nothing answers fails its test with one error that says both, once', async () => {
  const project = appProject({
    'e2e/app.spec.ts': `
import { test } from './test.ts'

test('dies', async ({ request }) => {
  await request.get('/nowhere').catch(() => {})
})
`,
  })
  const ended = await runWithApps(project)
  expect(endOf(ended)).toBe('1 failed; 1')
  const sayings = [
    'MockberthError: ',
    'This test made requests that nothing answered.',
    'the app ended with exit code 1 while it was in use.',
    'Serve its traffic again: ',
  ]
  const failure = failureIn(ended, 'dies')
  const places = sayings.map((text) => failure.indexOf(text))
  expect(places).toEqual(places.toSorted((one, other) => one - other))
  expect(sayings.map((text) => failure.split(text).length - 1)).toEqual([1, 1, 1, 1])
})

test('an app that exits at once fails its tests with its command and what it printed', async () => {
  const project = appProject({
    'server.js': `console.error('no database'); process.exit(1)`,
    'e2e/app.spec.ts': `
import { test } from './test.ts'

test('asks', async ({ request }) => {
  await request.get('/users/1')
})
`,
  })
  const ended = await runWithApps(project)
  expect(endOf(ended)).toBe('1 failed; 1')
  const failure = failureIn(ended, 'asks')
  expect(failure).toMatch(/^MockberthError: the app ended with exit code 1 before it was ready\./)
  expect(failure).toContain('node server.js')
  expect(failure).toContain('no database')
})

test('its output is attached to a test that fails', async () => {
  const project = appProject({
    'e2e/app.spec.ts': `
import { expect, test } from './test.ts'

test('wrong', async ({ request }) => {
  expect(await (await request.get('/users/1')).text()).toBe('user 2')
})
`,
  })
  const ended = await runWithApps(project)
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
  expect(endOf(await runWithApps(project))).toBe('1 passed; 0')
  project.write({ 'playwright.config.ts': `export default { testDir: 'e2e', reporter: 'list' }` })
  const ended = await runWithApps(project)
  expect(failureIn(ended, 'asks')).toBe(
    "MockberthError: mockTest(): the fixture app is used, and no app is declared. Declare one: mockTest(mocks, { app: { command: 'node server.js' } }).",
  )
})

/** Apps that are none, and what is said of them. */
const NO_APPS: Record<string, string> = {
  "'node server.js'": 'the app got "node server.js"; it takes an object with a command: ',
  null: 'the app got null; it takes an object with a command: ',
  '{}': 'mockTest(): app got {}; it takes an object with a command: ',
  "{ comand: 'node server.js' }": 'the app has no option "comand"; it has command, ',
  "[{ command: 'node server.js' }]":
    'the app got [{"command":"node server.js"}]; it takes an object with a command: ',
  "{ front: { command: 'node server.js' }, back: { cmd: 'node server.js' } }":
    'the app back has no option "cmd"; it has command, ',
  "{ 'front end': { command: 'node server.js' } }":
    'the app name "front end" cannot be used: a name begins with a letter, ',
  '{ command: 3 }': 'the app: command got 3; it takes a line for the shell ',
}

test('what is no app is refused', async () => {
  const specs = Object.keys(NO_APPS).map((app, index) => [
    `e2e/${index}.spec.ts`,
    `${APP_TEST.replace("{ command: 'node server.js' }", `${app} as never`)}
test('wrong-${index}', () => {})
`,
  ])
  const ended = await runWithApps(appProject(Object.fromEntries(specs)))
  for (const [index, message] of Object.values(NO_APPS).entries()) {
    expect(failureIn(ended, `wrong-${index}`)).toContain(`MockberthError: ${message}`)
  }
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
  expect(endOf(await runWithApps(project))).toBe('1 passed; 0')
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
  expect(endOf(await runWithApps(project))).toBe('1 passed; 0')
  expect(appsOf(project).map(({ port }) => port)).toHaveLength(2)
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
  const run = startRun(project)
  expect((await run.ended).code).toBe(1)
  await nothingLeft(run)
})
