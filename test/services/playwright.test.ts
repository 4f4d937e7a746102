import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environmentOf } from '../cli/declared-project.ts'
import { endOf } from '../playwright/playwright-project.ts'
import type { Ended, Project, Running } from '../support/project.ts'
import { mocksWith, nothingLeft, serviceProject, startsOf } from './service-project.ts'
import { endsWithMain, pidOfWorker } from './workers.ts'

const REPORTERS = "['list'], ['mockberth/playwright/reporter']"

/** Writes rows, and finds none of others, in the first attempt of each test and in later ones. */
const ROWS_SPEC = `
import { ask } from '../client.js'
import { expect, test } from './test.ts'

for (const round of [1, 2]) {
  test('has rows of its own ' + round, async ({ services, apis }, { parallelIndex }) => {
    expect(process.env.DATABASE_URL).toBe(services.db.url)
    expect(await ask('keys')).toBe('migrated')
    await ask('set row ' + parallelIndex)
    await fetch(apis.users.url + '/users/7')
    expect(await ask('get row')).toBe(String(parallelIndex))
  })
}
`

/** The `test` of a project; options of `mockTest()` are source text. */
function testWith(options = ''): Record<string, string> {
  return {
    'e2e/test.ts': `
import { mockTest } from 'mockberth/playwright'
import mocks from '../mocks.ts'

export { expect } from 'mockberth/playwright'
export const test = mockTest(mocks, { ${options} })
`,
  }
}

function playwrightProject(
  files: Readonly<Record<string, string>>,
  options = 'workers: 4',
  reporters = REPORTERS,
): Project {
  return serviceProject({
    ...testWith(),
    // It has the mocks and the database together.
    'server.js': `
import http from 'node:http'
import { ask } from './client.js'

http
  .createServer(async ({ url }, response) => {
    const { id } = await (await fetch(process.env.USERS_API_URL + '/users/7')).json()
    if (url === '/save') await ask('set user ' + id)
    response.end(await ask('get user'))
  })
  .listen(process.env.PORT, '127.0.0.1')
`,
    'playwright.config.ts': `
import { defineConfig } from '@playwright/test'

export default defineConfig({ testDir: 'e2e', reporter: [${reporters}], ${options} })
`,
    ...files,
  })
}

function start(project: Project, env: NodeJS.ProcessEnv = {}): Running {
  const plain = { NO_COLOR: undefined, FORCE_COLOR: '0' }
  return project.start('playwright', ['test'], { ...plain, ...environmentOf(project), ...env })
}

const run = (project: Project, env?: NodeJS.ProcessEnv): Promise<Ended> => start(project, env).ended

function specs(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => `e2e/rows-${index + 1}.spec.ts`)
  return Object.fromEntries(names.map((name) => [name, ROWS_SPEC]))
}

test('4 workers x 8 files: at most 4 databases, no row of another, nothing left', async () => {
  const project = playwrightProject(specs(8))
  expect(endOf(await run(project))).toBe('16 passed; 0')
  expect(startsOf(project).length).toBeLessThanOrEqual(4)
  await nothingLeft(project)
})

test('an app has the database of its worker and its mocks together', async () => {
  const spec = `
import { ask } from '../client.js'
import { expect, test } from './test.ts'

test('saves', async ({ request }) => {
  expect(await (await request.get('/save')).text()).toBe('7')
  expect(await ask('get user')).toBe('7')
})
test('begins anew', async ({ request }) => {
  expect(await (await request.get('/')).text()).toBe('nothing')
})
`
  const project = playwrightProject(
    { ...testWith("app: { command: 'node server.js' }"), 'e2e/app.spec.ts': spec },
    'workers: 1',
  )
  expect(endOf(await run(project))).toBe('2 passed; 0')
  await nothingLeft(project)
})

const FAILING_SPEC = `
import { ask } from '../client.js'
import { test } from './test.ts'

for (const round of [1, 2, 3]) {
  test('fails ' + round, async () => {
    await ask('set row ' + round)
    throw new Error('on purpose')
  })
}
`

test('the worker that takes the place of one that failed has its database', async () => {
  const project = playwrightProject(
    { 'e2e/failing.spec.ts': FAILING_SPEC, ...specs(1) },
    'workers: 1',
  )
  expect(endOf(await run(project))).toBe('3 failed, 2 passed; 1')
  expect(startsOf(project)).toHaveLength(1)
  await nothingLeft(project)
})

test('without the reporter, each worker has a database of its own, which ends with it', async () => {
  const project = playwrightProject(
    { 'e2e/failing.spec.ts': FAILING_SPEC, ...specs(1) },
    'workers: 1',
    "['list']",
  )
  expect(endOf(await run(project))).toBe('3 failed, 2 passed; 1')
  expect(startsOf(project)).toHaveLength(4)
  await nothingLeft(project)
})

/** A folder in which no socket can be opened. */
function deepFolder({ folder }: Project): string {
  const deep = join(folder, 't', 'deep'.repeat(25))
  mkdirSync(deep, { recursive: true })
  return deep
}

/** A test whose declaration has no services. */
const PLAIN_SPEC = `
import { defineMocks } from 'mockberth'
import { mockTest } from 'mockberth/playwright'

mockTest(defineMocks({ users: {} }))('asks nothing', ({ apis }) => {})
`

test('where the reporter can open no socket, a worker says so if it has services', async () => {
  const project = playwrightProject({ ...specs(1), 'e2e/plain.spec.ts': PLAIN_SPEC }, 'workers: 1')
  const ended = await run(project, { TMPDIR: deepFolder(project) })
  expect(endOf(ended)).toBe('3 passed; 0')
  const [before, warning, ...more] = ended.output.split(/^mockberth: (.*)$/m)
  expect(before).toContain('› asks nothing')
  expect(warning).toMatch(
    /^each worker starts its own services: no socket can be opened at \S+\/deepdeep\S+: its path has more than 103 bytes\. Set TMPDIR to a shorter one\.$/,
  )
  expect(more).toHaveLength(1)
  await nothingLeft(project)
})

const HANGING_SPEC = `
import { existsSync, writeFileSync } from 'node:fs'
import { ask } from '../client.js'
import { test } from './test.ts'

test('hangs', async () => {
  test.setTimeout(0)
  await ask('set row 1')
  if (existsSync('worker.pid')) return
  writeFileSync('worker.pid', String(process.pid))
  await new Promise(() => {})
})
`

test.for([
  ['SIGINT', 130],
  ['SIGKILL', null],
] as const)('%s of the main process leaves nothing', async ([signal, code]) => {
  const project = playwrightProject({ 'e2e/hanging.spec.ts': HANGING_SPEC })
  expect.hasAssertions()
  await endsWithMain(project, start(project), signal, code)
})

test('after SIGKILL of a worker, the next one has its database', async () => {
  const project = playwrightProject(
    { 'e2e/a-hanging.spec.ts': HANGING_SPEC, ...specs(2) },
    'workers: 1',
  )
  const running = start(project)
  process.kill(await pidOfWorker(project), 'SIGKILL')
  expect(endOf(await running.ended)).toBe('1 failed, 4 passed; 1')
  expect(startsOf(project)).toHaveLength(1)
  await nothingLeft(project)
})

/** A function of the service that takes longer than tests may. */
const slow = (call: string): string =>
  `async ({ url }) => { await new Promise((resolve) => setTimeout(resolve, 1100)); await ask('${call}', url) }`

test('setup and reset may take their own time, whatever tests have', async () => {
  const project = playwrightProject(specs(1), 'workers: 1, timeout: 1000')
  project.write({
    'mocks.ts': mocksWith(`setup: ${slow('set migrated true')}, reset: ${slow('clear')}`),
  })
  expect(endOf(await run(project))).toBe('2 passed; 0')
  expect(startsOf(project)).toHaveLength(1)
})

test('an app that all tests share cannot have services of its own', async () => {
  const project = playwrightProject({ ...testWith("app: 'shared'"), ...specs(1) }, 'workers: 1')
  const ended = await run(project)
  expect(endOf(ended)).toBe('2 failed; 1')
  expect(ended.output).toContain(
    "MockberthError: mockTest(): app is 'shared', and the declaration has the services db: each worker has its own, and none is the app's. Give each worker an app of its own, or declare the services in another file, for the app alone.",
  )
  await nothingLeft(project)
})
