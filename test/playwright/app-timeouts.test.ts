import { expect, test } from 'vitest'
import { APP_TEST, appProject, appsOf, runWithApps } from './app-project.ts'
import { attachedText, endOf, failureIn } from './playwright-project.ts'

test('a test that times out in the middle of a request has an app that is ended', async () => {
  const project = appProject({
    'e2e/app.spec.ts': `
import { http } from 'msw'
import { apps, isRunning } from './apps.js'
import { expect, test } from './test.ts'

test.beforeEach(({ apis }) => {
  expect(apps().filter(({ pid }) => isRunning(pid))).toEqual([apps().at(-1)])
  apis.users.use(http.get('/hang', () => {
    test.setTimeout(1)
    return new Promise(() => {})
  }))
})

test('of the mock', ({ apis }) => fetch(apis.users.url + '/hang'))

test('of an app that waits for the mock', ({ request }) => request.get('/hang', { timeout: 0 }))

test('of an app that waits', async ({ app, request }) => {
  await Promise.all([
    request.get('/wait', { timeout: 0 }),
    expect.poll(() => app.output).toContain('waits').then(() => test.setTimeout(1)),
  ])
})

test('comes after', async ({ request }) => {
  expect(await (await request.get('/users/1')).text()).toBe('user 1')
})
`,
  })
  const ended = await runWithApps(project)
  expect(endOf(ended)).toBe('3 failed, 1 passed; 1')
  for (const title of ['of the mock', 'of an app that waits for the mock']) {
    expect(failureIn(ended, title)).toMatch(/^Test timeout of 1ms exceeded\./)
    expect(attachedText(ended, title)).toMatch(
      /^ {6}users {2}GET {2}\/hang {2}- {2}\d+ ms {2}still being answered$/,
    )
  }
  expect(failureIn(ended, 'of an app that waits')).toMatch(/^Test timeout of 1ms exceeded\./)
  expect(appsOf(project)).toHaveLength(4)
})

/** Says so at once: a shell needs no time to start. */
const SLOW = 'echo still thinking; echo $$ $PORT >> apps.log; exec sleep 1000'

const ASKS = `
import { test } from './test.ts'

test('asks', async ({ request }) => {
  await request.get('/users/1')
})
`

/** A run whose app does not get ready within this time, in each attempt. */
async function neverReady(option: string, timeout: number, attempts: number): Promise<void> {
  const project = appProject(
    {
      'e2e/test.ts': APP_TEST.replace("'node server.js'", () => `'${SLOW}', timeout: ${timeout}`),
      'e2e/app.spec.ts': ASKS,
    },
    option,
  )
  const ended = await runWithApps(project)
  expect(endOf(ended)).toBe('1 failed; 1')
  expect(appsOf(project)).toHaveLength(attempts)
  const { port } = appsOf(project)[0]!
  expect(failureIn(ended, 'asks')).toBe(
    `MockberthError: the app was not ready within ${timeout} ms: it does not listen on port ${port}. Let it take its port from PORT, or from {port} in its command or environment, or give it more time (timeout).

Command: ${SLOW}
Folder: ${project.folder}
Port: ${port}

The last of its output:
  still thinking`,
  )
}

test('an app that does not get ready is tried again with the test, and has its own time', async () => {
  expect.hasAssertions()
  await Promise.all([neverReady('retries: 1', 2000, 2), neverReady('timeout: 3000', 3500, 1)])
})
