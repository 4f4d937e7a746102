// Checked by `npm run types`: each line below a directive must be an error, every other line none.

import { http, HttpResponse } from 'msw'
import { test as vitestTest } from 'vitest'
import { mockberth } from '../../src/vitest/plugin.ts'
import { mockTest } from '../../src/vitest/index.ts'
import { defineMocks, type MockApi } from '../../src/index.ts'

const mocks = defineMocks({ github: { env: 'GITHUB_API_URL' }, openai: {} })

const test = mockTest(mocks)

test('has the declared APIs, and what Vitest has', async ({ apis, task, expect, signal }) => {
  const github: MockApi = apis.github
  apis.openai.use(http.get('/', () => HttpResponse.json({})))
  // @ts-expect-error -- there is no such API
  apis.gitlab.reset()
  // @ts-expect-error -- the APIs of a test are not to be replaced
  apis.github = github
  const name: string = task.name
  expect(name).toBe(signal)
})

// @ts-expect-error -- there is no such fixture
test('has no others', ({ page }) => page)
// @ts-expect-error -- what it uses inside is not to be seen
test('has nothing else', ({ mockberthFollower }) => mockberthFollower)

const served = defineMocks(
  { github: {} },
  { services: { db: { command: 'server', setup: ({ url, port }) => url.at(port) } } },
)
mockTest(served)('has the declared services', ({ services, apis }) => {
  const url: string = services.db.url
  apis.github.reset()
  // @ts-expect-error -- there is no such service
  void services.cache
  // @ts-expect-error -- a service is no API
  apis.db.reset()
  return url
})
// @ts-expect-error -- none is declared
test('has no services', ({ services }) => services.db)
// @ts-expect-error -- an option of this name does not exist
defineMocks({}, { services: { db: { comand: 'server' } } })

test.for([1, 2])('for', async (number, { apis }) => void apis.github.exchanges.at(number))
test.each([1, 2])('each', (number) => void number.toFixed())
test.skip('skipped', ({ apis }) => apis.github.reset())
test.concurrent('concurrent', ({ apis }) => apis.github.stop())
test.beforeEach(({ apis }) => apis.github.reset())
test.extend<{ url: string }>({ url: ({ apis }, use) => use(apis.github.url) })(
  'extended',
  ({ url, apis }) => url === apis.openai.url,
)

const tuples = vitestTest.extend<{ user: string; admin: { name: string } }>({
  user: 'octocat',
  admin: [async ({ user }, use) => use({ name: user }), { auto: true }],
})

mockTest(mocks, { base: tuples })('keeps fixtures of both forms', ({ user, admin, apis }) => {
  const texts: string[] = [user, admin.name, apis.github.url]
  // @ts-expect-error -- it is a string
  const number: number = user
  return [texts, number]
})

const builder = vitestTest
  .extend('user', 'octocat')
  .extend('admin', ({ user }) => ({ name: user }))
  .extend('database', { scope: 'file' }, () => ({ rows: 1 }))

mockTest(mocks, { base: builder })('and infers them', ({ user, admin, database, apis }) => {
  const texts: string[] = [user, admin.name, apis.github.url]
  // @ts-expect-error -- it is a string
  const number: number = user
  return [texts, number, database.rows.toFixed()]
})

mockTest(defineMocks({ shop: {} }), { base: mockTest(mocks) })('has the last', ({ apis }) => {
  apis.shop.reset()
  // @ts-expect-error -- of the base, whose place it has taken
  apis.github.reset()
})

// @ts-expect-error -- not a declaration
mockTest({ github: {} })
// @ts-expect-error -- the APIs are not started by the user
mockTest(mocks.start())
// @ts-expect-error -- no such option
mockTest(mocks, { bases: builder })
// @ts-expect-error -- not a test
mockTest(mocks, { base: () => {} })

mockberth('./mocks.ts')
// @ts-expect-error -- takes a path
mockberth(mocks)
// @ts-expect-error -- needs a path
mockberth()
