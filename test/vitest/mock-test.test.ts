import { expect, test } from 'vitest'
import { failureOf, MOCKS, pluginlessProject, pluginProject } from './vitest-project.ts'

const SHOP_MOCKS = MOCKS.replace('users:', 'shop:').replace('USERS', 'SHOP')

/** A `test` of mockTest, and one that extends it, in one file. */
const baseTest = (base: string): string => `
import { expect } from 'vitest'
import { mockTest } from 'mockberth/vitest'
import { base } from '${base}'
import { events } from './events.ts'
import mocks from './mocks.ts'

const test = mockTest(mocks, { base })
const extended = test.extend({ both: ({ user, apis }, use) => use(user + ' of ' + apis.users.name) })

test('has the fixtures and apis', async ({ user, greeting, apis, task }) => {
  expect([user, greeting, task.name]).toEqual(['hello user', 'hello', 'has the fixtures and apis'])
  expect(await (await fetch(process.env.USERS_API_URL + '/users/1')).json()).toEqual({ id: '1' })
  expect(apis.users.exchanges).toHaveLength(1)
})

test('finds them torn down', ({ apis }) => {
  expect(events.toSorted()).toEqual(['counted', 'counted', 'set up', 'torn down'])
  expect(apis.users.exchanges).toEqual([])
})

extended('is extended further', async ({ apis, both }) => {
  expect(both).toBe('hello user of users')
  expect(await (await fetch(process.env.USERS_API_URL + '/users/1')).json()).toEqual({ id: '1' })
  expect(apis.users.exchanges).toHaveLength(1)
})

test('has a set of its own no more than before', ({ apis }) => {
  expect(apis.users.url).toBe(process.env.USERS_API_URL)
  expect(apis.users.exchanges).toEqual([])
})
`

test.for([
  ['with the plugin', pluginProject],
  ['without it', pluginlessProject],
] as const)(
  '%s, mockTest builds on a base with fixtures of both forms',
  async ([, makeProject]) => {
    const project = makeProject({
      'events.ts': 'export const events = []',
      'tuples.ts': `
import { test } from 'vitest'
import { events } from './events.ts'

export const base = test.extend({
  greeting: 'hello',
  user: async ({ greeting }, use) => {
    events.push('set up')
    await use(greeting + ' user')
    events.push('torn down')
  },
  counted: [async ({}, use) => {
    events.push('counted')
    await use()
  }, { auto: true }],
})
`,
      'builder.ts': `
import { test } from 'vitest'
import { events } from './events.ts'

export const base = test
  .extend('greeting', 'hello')
  .extend('user', async ({ greeting }, { onCleanup }) => {
    events.push('set up')
    onCleanup(() => events.push('torn down'))
    return greeting + ' user'
  })
  .extend('counted', { auto: true }, () => {
    events.push('counted')
  })
`,
      'tuples.test.ts': baseTest('./tuples.ts'),
      'builder.test.ts': baseTest('./builder.ts'),
    })
    expect(await project.run('vitest', ['run'])).toHaveEnded('8 passed (8)', 0)
  },
)

test.for([
  ['with the plugin', pluginProject],
  ['without it', pluginlessProject],
] as const)('%s, every kind of test has apis', async ([, makeProject]) => {
  const project = makeProject({
    'kinds.test.ts': `
import { describe, expect } from 'vitest'
import { test } from './mock-test.ts'

const id = async (apis) => (await (await fetch(apis.users.url + '/users/1')).json()).id

describe('outer', () => {
  describe('inner', () => {
    test('nested', async ({ apis }) => expect(await id(apis)).toBe('1'))
  })
})

test.for([1, 2])('for %i', async (number, { apis }) => {
  expect(await id(apis)).toBe('1')
  expect(apis.users.exchanges).toHaveLength(1)
})

test.each([1, 2])('each %i', async () => {
  expect((await fetch(process.env.USERS_API_URL + '/users/1')).status).toBe(200)
})

test('with options', { timeout: 1000 }, async ({ apis }) => expect(await id(apis)).toBe('1'))

test.concurrent('concurrent one', async ({ apis }) => expect(await id(apis)).toBe('1'))
test.concurrent('concurrent two', async ({ apis }) => expect(await id(apis)).toBe('1'))

test.fails('fails, as it should', async ({ apis }) => {
  await fetch(apis.users.url + '/nowhere')
})

test.skip('skipped', ({ apis }) => apis.users.stop())
test.todo('still to do')
test('skips itself', ({ skip }) => skip())
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded(
    '8 passed | 1 expected fail | 2 skipped | 1 todo (12)',
    0,
  )
})

test('without the plugin, a file has the sets of two declarations', async () => {
  const project = pluginlessProject({
    'shop.mocks.ts': SHOP_MOCKS,
    'two.test.ts': `
import { expect } from 'vitest'
import { mockTest } from 'mockberth/vitest'
import shopMocks from './shop.mocks.ts'
import { test } from './mock-test.ts'

const shopTest = mockTest(shopMocks)
const idOf = async (url) => (await (await fetch(url + '/users/5')).json()).id

test('the one', async ({ apis }) => {
  expect(await idOf(process.env.USERS_API_URL)).toBe('5')
  expect(Object.keys(apis)).toEqual(['users'])
})

shopTest('the other', async ({ apis }) => {
  expect(await idOf(process.env.SHOP_API_URL)).toBe('5')
  expect(Object.keys(apis)).toEqual(['shop'])
  expect(apis.shop.exchanges).toHaveLength(1)
})

shopTest('an unhandled request of the other', async ({ apis }) => {
  await fetch(apis.shop.url + '/nowhere')
})
`,
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('1 failed | 2 passed (3)', 1)
  expect(ended.errors).toContain(
    ' FAIL  two.test.ts > an unhandled request of the other\nMockberthError: ',
  )
})

test('beside the plugin, mockTest boots another declaration for its file', async () => {
  const project = pluginProject({
    'shop.mocks.ts': SHOP_MOCKS,
    'shop.test.ts': `
import { expect } from 'vitest'
import { mockTest } from 'mockberth/vitest'
import shopMocks from './shop.mocks.ts'

const test = mockTest(shopMocks)

test('has both', async ({ apis }) => {
  const statuses = await Promise.all(
    [process.env.USERS_API_URL, process.env.SHOP_API_URL].map(
      async (url) => (await fetch(url + '/users/1')).status,
    ),
  )
  expect(statuses).toEqual([200, 200])
  expect(apis.shop.exchanges).toHaveLength(1)
})

test('fails for one', ({ apis }) => fetch(apis.shop.url + '/nowhere'))
test('fails for the other', () => fetch(process.env.USERS_API_URL + '/nowhere'))
`,
    'users.test.ts': `
import { expect, test } from 'vitest'

test('has the one of the plugin only', () => {
  expect(process.env.USERS_API_URL).toBeDefined()
  expect(process.env.SHOP_API_URL).toBeUndefined()
})
`,
  })
  const ended = await project.run('vitest', ['run', '--no-isolate', '--maxWorkers=1'])
  expect(ended).toHaveEnded('2 failed | 2 passed (4)', 1)
  expect(ended.errors).toMatch(/Unhandled request to shop: GET \S+\/nowhere\n/)
  expect(ended.errors).toMatch(/Unhandled request to users: GET \S+\/nowhere\n/)
})

test('mockTest of something that is no declaration says so', async () => {
  const project = pluginlessProject({
    'wrong.test.ts': `
import { mockTest } from 'mockberth/vitest'
import * as mocks from './mocks.ts'

mockTest(mocks)
`,
  })
  const { code, output } = await project.run('vitest', ['run'])
  expect(output).toContain(
    'MockberthError: mockTest(): the first argument is not a declaration; it takes what defineMocks() returned.\n',
  )
  expect(output).toContain(' ❯ wrong.test.ts:5:1\n')
  expect(code).toBe(1)
})

test.for([
  ['the plugin', pluginProject, ''],
  ['another mockTest', pluginlessProject, `test('the other', () => {})`],
] as const)(
  'mockTest of a declaration whose env names belong to %s says so',
  async ([, makeProject, otherTest]) => {
    const project = makeProject({
      'rival.mocks.ts': MOCKS.replace('users:', 'rivals:'),
      'rival.test.ts': `
import { mockTest } from 'mockberth/vitest'
import { test } from './mock-test.ts'
import mocks from './rival.mocks.ts'

${otherTest}

mockTest(mocks)('has no URL', () => {})
`,
    })
    const ended = await project.run('vitest', ['run'])
    expect(failureOf(ended, 'rival.test.ts > has no URL')).toBe(
      'MockberthError: mockTest(): process.env.USERS_API_URL belongs to another set of mocks that is running in this process: that of the plugin, or of another mockTest(). Use the same declaration as that one, or give this one other names in env.',
    )
    expect(ended.code).toBe(1)
  },
)
