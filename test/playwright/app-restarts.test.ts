import { expect, test } from 'vitest'
import { appProject, appsOf, nothingLeft, runWithApps, startRun } from './app-project.ts'
import { endOf } from './playwright-project.ts'

test('after a test that fails there is a new app, and none of the former', async () => {
  const project = appProject(
    {
      'e2e/app.spec.ts': `
import { http, HttpResponse } from 'msw'
import { apps, isRunning } from './apps.js'
import { expect, test } from './test.ts'

test.beforeEach(({ app, apis }, { title, retry }) => {
  expect(apis.users.exchanges).toHaveLength(0)
  expect(apps().filter(({ pid }) => isRunning(pid))).toEqual([apps().at(-1)])
  expect(app.port).toBe(apps().at(-1).port)
  console.log(title + ', attempt ' + retry + ': app ' + apps().length)
})

test('is flaky', async ({ request, apis }, { retry }) => {
  if (retry === 0) apis.users.use(http.get('/users/1', () => HttpResponse.json({ id: 'first' })))
  expect(await (await request.get('/users/1')).text()).toBe('user 1')
})

test('fails', async ({ request }) => {
  expect(await (await request.get('/users/2')).text()).toBe('user 3')
})

test('comes after', async ({ request }) => {
  expect(await (await request.get('/users/4')).text()).toBe('user 4')
})
`,
    },
    'retries: 1',
  )
  const ended = await runWithApps(project)
  expect(endOf(ended)).toBe('1 failed, 1 flaky, 1 passed; 1')
  expect(ended.output.match(/^.*attempt \d: .*/gm)).toEqual([
    'is flaky, attempt 0: app 1',
    'is flaky, attempt 1: app 2',
    'fails, attempt 0: app 2',
    'fails, attempt 1: app 3',
    'comes after, attempt 0: app 4',
  ])
  expect(appsOf(project)).toHaveLength(4)
})

test('two shards run at the same time on one machine', async () => {
  const project = appProject(
    {
      'e2e/app.spec.ts': `
import { apps } from './apps.js'
import { expect, test } from './test.ts'

for (const id of [1, 2, 3, 4]) {
  test('test-' + id, async ({ request }) => {
    await expect.poll(() => apps().length, { timeout: 25_000 }).toBe(4)
    expect(await (await request.get('/users/' + id)).text()).toBe('user ' + id)
  })
}
`,
    },
    'fullyParallel: true',
  )
  const runs = [1, 2].map((shard) =>
    startRun(project, [`--shard=${shard}/2`, `--output=results-${shard}`]),
  )
  const ended = await Promise.all(runs.map((run) => run.ended))
  expect(ended.map(endOf)).toEqual(['2 passed; 0', '2 passed; 0'])
  expect(new Set(appsOf(project).map(({ port }) => port)).size).toBe(4)
  await Promise.all(runs.map(nothingLeft))
})
