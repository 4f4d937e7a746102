import { expect, test } from 'vitest'
import type { Project } from '../support/project.ts'
import {
  APP_TEST,
  appProject,
  appsOf,
  nothingLeft,
  processesOf,
  runWithApps,
  startRun,
} from './app-project.ts'
import { endOf } from './playwright-project.ts'

/**
 * The app and four children, which all listen and do this when they are asked to end: two have a session
 * of their own, and of each two one has lost its parent.
 */
const FAMILY = `
import { spawn } from 'node:child_process'
import './server.js'

const [, , manner] = process.argv
if (manner === 'stays') process.on('SIGTERM', () => {})
for (const detached of [false, true]) {
  for (const command of ['exec node child.js ' + manner, 'node child.js ' + manner + ' &']) {
    spawn(command, { shell: true, detached, stdio: 'ignore' })
  }
}
`

const CHILD = `
import { appendFileSync } from 'node:fs'
import http from 'node:http'

if (process.argv.includes('stays')) process.on('SIGTERM', () => {})
http.createServer().listen(0, '127.0.0.1', function () {
  appendFileSync('apps.log', process.pid + ' ' + this.address().port + '\\n')
})
`

/** How many there are with the app itself. */
const FAMILY_SIZE = 5

/** A project whose app has a family, which does this when it is asked to end. */
function familyProject(manner: 'goes' | 'stays', spec: string, options = ''): Project {
  return appProject(
    {
      'family.js': FAMILY,
      'child.js': CHILD,
      'e2e/test.ts': APP_TEST.replace('server.js', `family.js ${manner}`),
      'e2e/app.spec.ts': `
import { existsSync, writeFileSync } from 'node:fs'
import { http } from 'msw'
import { apps } from './apps.js'
import { expect, test } from './test.ts'

const familyIsUp = (workers = 1) =>
  expect.poll(() => apps().length, { timeout: 25_000 }).toBe(${FAMILY_SIZE} * workers)
${spec}
`,
    },
    options,
  )
}

test('children of an app end with it, wherever they are, and what does not end is killed', async () => {
  const project = familyProject(
    'stays',
    `
test('asks', async ({ request }) => {
  await familyIsUp()
  expect(await (await request.get('/users/1')).text()).toBe('user 1')
})
`,
  )
  expect(endOf(await runWithApps(project))).toBe('1 passed; 0')
  expect(appsOf(project)).toHaveLength(FAMILY_SIZE)
})

/** A test that is in the middle of a request when it says so; each of the workers has a family. */
const hanging = (workers = 1): string => `
test('hangs', async ({ request, apis }) => {
  await familyIsUp(${workers})
  const answer = () => {
    console.log('the app is in use')
    writeFileSync('in-use', '')
    return new Promise(() => {})
  }
  apis.users.use(http.get('/hang', answer))
  await request.get('/hang', { timeout: 0 })
})
`

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const

test.for([
  ...SIGNALS.map((signal) => [signal, 'Playwright', 1] as const),
  ...SIGNALS.map((signal) => [signal, 'all of its group', -1] as const),
])('after %s to %s in the middle of a test nothing is left', async ([signal, , sign]) => {
  const project = familyProject('goes', hanging())
  const run = startRun(project, ['--timeout=0'])
  await run.printed(/^the app is in use/m)
  expect(processesOf(run).length).toBeGreaterThan(FAMILY_SIZE)
  process.kill(sign * run.child.pid!, signal)
  const end = signal === 'SIGINT' ? { code: 130, signal: null } : { code: null, signal }
  expect(await run.ended).toMatchObject(end)
  await nothingLeft(run)
  expect(appsOf(project)).toHaveLength(FAMILY_SIZE)
})

test('after SIGINT while an app is starting nothing is left', async () => {
  const project = appProject({
    'e2e/test.ts': APP_TEST.replace('node server.js', 'node child.js & sleep 1000'),
    'child.js': CHILD,
    'e2e/app.spec.ts': `
import { test } from './test.ts'

test('never begins', () => {})
`,
  })
  const run = startRun(project)
  await expect.poll(() => appsOf(project), { timeout: 45_000 }).toHaveLength(1)
  process.kill(run.child.pid!, 'SIGINT')
  expect((await run.ended).code).toBe(130)
  await nothingLeft(run)
})

test('after the first failure of another worker nothing is left', async () => {
  const fails = `
test('fails', async () => {
  await expect.poll(() => existsSync('in-use'), { timeout: 25_000 }).toBe(true)
  throw new Error('it fails')
})
`
  const project = familyProject('goes', fails + hanging(2), 'fullyParallel: true')
  expect(endOf(await runWithApps(project, ['-x']))).toBe('1 failed, 1 interrupted; 1')
  expect(appsOf(project)).toHaveLength(2 * FAMILY_SIZE)
})

test('after the time of the whole run nothing is left', async () => {
  const project = familyProject('goes', hanging(), 'globalTimeout: 4000')
  const run = startRun(project)
  const { code, output } = await run.ended
  expect(code).toBe(1)
  expect(output).toContain('Timed out waiting 4s for the test suite to run')
  await nothingLeft(run)
})
