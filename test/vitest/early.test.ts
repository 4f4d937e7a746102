import { expect, test } from 'vitest'
import { pluginlessProject, pluginProject } from './vitest-project.ts'

const EARLY_TEST = `
import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import { test as base } from './mock-test.ts'

const ask = async (path) => (await fetch(process.env.USERS_API_URL + path)).text()

const test = base.extend({
  seed: [async ({ apis }, use) => {
    apis.users.use(http.get('/seed', () => HttpResponse.text('seed')))
    await ask('/seed')
    await use()
  }, { auto: true }],
})

test.aroundEach(async (run, { apis }) => {
  apis.users.use(http.get('/around', () => HttpResponse.text('around')))
  await run()
})

async function findAll({ apis }) {
  expect([await ask('/seed'), await ask('/around')]).toEqual(['seed', 'around'])
  expect(apis.users.exchanges.map(({ request }) => request.path)).toEqual(['/seed', '/seed', '/around'])
}

test('one', findAll)
test('another', { retry: 1 }, async ({ apis, task }) => {
  await findAll({ apis })
  expect(task.result.retryCount).toBe(1)
})
`

test.for([
  ['with the plugin', pluginProject],
  ['without it', pluginlessProject],
] as const)(
  'what fixtures and hooks around a test do to its mocks before it begins, it has, %s',
  async ([, make]) => {
    const project = make({ 'early.test.ts': EARLY_TEST })
    const ended = await project.run('vitest', ['run'])
    expect(ended).toHaveEnded('2 passed (2)', 0)
    expect(ended.errors).not.toContain('never ran')
  },
)
