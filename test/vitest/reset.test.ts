import { expect, test } from 'vitest'
import { pluginlessProject, pluginProject, portsLeft } from './vitest-project.ts'

const MOCKS_WITH_STATE = `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: {
    env: 'USERS_API_URL',
    handlers: () => [
      http.get('/users/1', () => HttpResponse.json('once'), { once: true }),
      http.get('/users/:id', () => HttpResponse.json('always')),
      http.get('/pages', function* () {
        yield HttpResponse.json('first page')
        return HttpResponse.json('last page')
      }),
    ],
  },
})
`

/** Changes all it can, after it has found all as new; so it must pass as often as it runs. */
const CHANGING_TEST = `
import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import { test } from './mock-test.ts'

export const url = process.env.USERS_API_URL
export const get = async (path) => (await fetch(process.env.USERS_API_URL + path)).json()

export async function findAsNewAndChange(apis) {
  expect(apis.users.exchanges).toEqual([])
  expect(process.env.USERS_API_URL).toBe(apis.users.url)
  expect(await get('/users/1')).toBe('once')
  expect(await get('/users/1')).toBe('always')
  expect(await get('/pages')).toBe('first page')
  apis.users.use(http.get('/users/1', () => HttpResponse.json('changed')))
  expect(await get('/users/1')).toBe('changed')
  expect(apis.users.exchanges).toHaveLength(4)
  process.env.USERS_API_URL = 'http://elsewhere.test'
  await apis.users.stop()
}
`

const TESTS = {
  'mocks.ts': MOCKS_WITH_STATE,
  'changes.ts': CHANGING_TEST,
  'tests.test.ts': `
import { describe, expect, vi } from 'vitest'
import { findAsNewAndChange, get } from './changes.ts'
import { test } from './mock-test.ts'

test('changes everything', ({ apis }) => findAsNewAndChange(apis))

test.for([1, 2])('finds everything as new (%i)', (_, { apis }) => findAsNewAndChange(apis))

describe('in a describe', () => {
  test('too', ({ apis }) => findAsNewAndChange(apis))
})

test('the stopped API refuses connections', async ({ apis }) => {
  await apis.users.stop()
  await expect(fetch(apis.users.url)).rejects.toThrow('fetch failed')
})

test('and is up again in the next test, on the same port', async ({ apis }) => {
  expect(apis.users.url).toBe(process.env.USERS_API_URL)
  expect(await get('/users/2')).toBe('always')
})

test('stubs the URL', () => {
  vi.stubEnv('USERS_API_URL', 'http://stubbed.test')
  expect(process.env.USERS_API_URL).toBe('http://stubbed.test')
})

test('finds it again', async ({ apis }) => {
  expect(process.env.USERS_API_URL).toBe(apis.users.url)
  expect(import.meta.env.USERS_API_URL).toBe(apis.users.url)
})
`,
}

test.for([
  ['the plugin', pluginProject],
  ['mockTest alone', pluginlessProject],
] as const)(
  'with %s, overrides, journal, handlers with state, env and stopped APIs are as new in each test',
  async ([, makeProject]) => {
    const project = makeProject(TESTS)
    expect(await project.run('vitest', ['run'])).toHaveEnded('8 passed (8)', 0)
    expect(portsLeft(project)).toEqual([])
  },
)

test.for([
  ['the plugin', pluginProject],
  ['mockTest alone', pluginlessProject],
] as const)('with %s, they are as new in each retry and repeat', async ([, makeProject]) => {
  const project = makeProject({
    'mocks.ts': MOCKS_WITH_STATE,
    'changes.ts': CHANGING_TEST,
    'attempts.test.ts': `
import { afterAll, expect } from 'vitest'
import { findAsNewAndChange } from './changes.ts'
import { test } from './mock-test.ts'

let retries = 0
let repetitions = 0

test('passes at the third attempt', { retry: 2 }, async ({ apis }) => {
  await findAsNewAndChange(apis)
  expect(++retries).toBe(3)
})

test('passes three times', { repeats: 2 }, async ({ apis }) => {
  await findAsNewAndChange(apis)
  repetitions++
})

afterAll(() => {
  expect([retries, repetitions]).toEqual([3, 3])
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('2 passed (2)', 0)
  expect(portsLeft(project)).toEqual([])
})

test.for(['stack', 'list'])(
  'what a beforeEach sets up is there in its test, and afterEach hooks all run, in the order %s',
  async (hooks) => {
    const project = pluginProject(
      {
        'hooks.test.ts': `
import { http, HttpResponse } from 'msw'
import { afterAll, afterEach, expect } from 'vitest'
import { test } from './mock-test.ts'

let cleanedUp = 0

test.beforeEach(({ apis }) => {
  apis.users.use(http.get('/users/1', () => HttpResponse.json('from beforeEach')))
})

test.for([1, 2])('sees it (%i)', async (_, { apis }) => {
  expect(await (await fetch(apis.users.url + '/users/1')).json()).toBe('from beforeEach')
  expect(apis.users.exchanges).toHaveLength(1)
})

test('makes an unhandled request', async ({ apis }) => {
  await fetch(apis.users.url + '/nowhere')
})

afterEach(() => {
  cleanedUp++
})

afterAll(() => {
  expect(cleanedUp).toBe(3)
})
`,
      },
      `sequence: { hooks: '${hooks}' }`,
    )
    const ended = await project.run('vitest', ['run'])
    expect(ended).toHaveEnded('1 failed | 2 passed (3)', 1)
    expect(ended.errors).toContain(
      ' FAIL  hooks.test.ts > makes an unhandled request\nMockberthError: ',
    )
    expect(ended.errors).not.toContain('cleanedUp')
  },
)

test('mocks answer in an environment with globals of its own, as jsdom has', async () => {
  const project = pluginProject(
    {
      'environment.ts': `
import { runInNewContext } from 'node:vm'

export default {
  name: 'own-globals',
  viteEnvironment: 'ssr',
  setup(global) {
    const { Uint8Array } = global
    global.Uint8Array = runInNewContext('Uint8Array')
    return { teardown() { global.Uint8Array = Uint8Array } }
  },
}
`,
      'own-globals.test.ts': `
import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import { test } from './mock-test.ts'

test('answers', async ({ apis }) => {
  expect(Buffer.from('') instanceof Uint8Array).toBe(false)
  apis.users.use(http.post('/users', async ({ request }) => HttpResponse.json(await request.json())))
  const { url } = apis.users
  expect(await (await fetch(url + '/users/1')).json()).toEqual({ id: '1' })
  const response = await fetch(url + '/users', { method: 'POST', body: '{"a":1}' })
  expect(await response.json()).toEqual({ a: 1 })
  expect((await fetch(url + '/users/1', { method: 'HEAD' })).headers.get('content-length')).toBe('10')
  expect(apis.users.exchanges[1].request.json()).toEqual({ a: 1 })
})
`,
    },
    `environment: './environment.ts'`,
  )
  expect(await project.run('vitest', ['run'])).toHaveEnded('1 passed (1)', 0)
})
