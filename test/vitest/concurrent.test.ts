import { expect, test } from 'vitest'
import { entryOf, harOf } from '../support/har.ts'
import { failureOf, pluginlessProject, pluginProject } from './vitest-project.ts'

/** Asks its API in several ways: the tests beside each other know nothing of it. */
const APP = `
import http from 'node:http'

export const url = () => process.env.USERS_API_URL

const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 5))

const byHttp = (path) =>
  new Promise((resolve, reject) => {
    http
      .get(url() + path, (response) => {
        let text = ''
        response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text))
      })
      .on('error', reject)
  })

/** The names that so many requests are told. */
export async function names(count) {
  const all = []
  for (let index = 0; index < count; index++) {
    await pause()
    const text = index % 2 === 0 ? await (await fetch(url() + '/users/1')).text() : await byHttp('/users/1')
    all.push(JSON.parse(text).id)
  }
  return all
}
`

const TESTS = `
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect } from 'vitest'
import { names } from './app.js'
import { test } from './mock-test.ts'

const numbers = Array.from({ length: 200 }, (_, index) => index)

describe.concurrent('together', { timeout: 60_000 }, () => {
  beforeEach(({ apis }) => {
    apis.users.use(http.get('/users/1', () => HttpResponse.json({ id: 'of its hook' }), { once: true }))
  })

  test.for(numbers)('number %i', async (index, { apis }) => {
    expect(await names(1)).toEqual(['of its hook'])
    apis.users.use(http.get('/users/1', () => HttpResponse.json({ id: index })))
    expect(new Set(await names(5))).toEqual(new Set([index]))
    expect(apis.users.exchanges).toHaveLength(6)
    expect(apis.users).toHaveReceived('GET', '/users/1', { times: 6 })
  })
})

test('an ordinary one after them has what was declared', async ({ apis }) => {
  expect(await names(2)).toEqual(['1', '1'])
  expect(apis.users.exchanges).toHaveLength(2)
})
`

const ALL_AT_ONCE = 'maxConcurrency: 200'

test.for(['forks', 'threads', 'vmForks', 'vmThreads'])(
  'with the plugin, in %s, 200 concurrent tests have an API each',
  async (pool) => {
    const files = { 'app.js': APP, 'concurrent.test.ts': TESTS }
    const project = pluginProject(files, `pool: '${pool}', ${ALL_AT_ONCE}`)
    expect(await project.run('vitest', ['run'])).toHaveEnded('201 passed (201)', 0)
  },
)

test('so they have without it', async () => {
  const project = pluginlessProject({
    'app.js': APP,
    'concurrent.test.ts': TESTS,
    'vitest.config.ts': `export default { test: { ${ALL_AT_ONCE} } }`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('201 passed (201)', 0)
})

/** Two tests that overlap: each goes on when the other has come as far. */
const two = (one: string, other: string): string => `
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect } from 'vitest'
import { test } from './mock-test.ts'

const get = (path) => fetch(process.env.USERS_API_URL + path)
const steps = { one: Promise.withResolvers(), other: Promise.withResolvers() }
const meet = (own, others) => {
  steps[own].resolve()
  return steps[others].promise
}

describe.concurrent('together', () => {
  test('one', async ({ apis }) => {
    ${one}
  })

  test('other', async ({ apis }) => {
    ${other}
  })
})
`

test('an unhandled request fails the test that made it, and no other', async () => {
  const project = pluginProject({
    'a.test.ts': two(
      `await meet('one', 'other'); await get('/nowhere')`,
      `await meet('other', 'one'); await get('/users/1')`,
    ),
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('1 failed | 1 passed (2)', 1)
  expect(failureOf(ended, 'a.test.ts > together > one')).toMatch(
    /^MockberthError: This test made requests that nothing answered\.\n\nUnhandled request to users: GET \S+\/nowhere\n/,
  )
})

test('an API that one stops is down for that one alone, and up again for the next test', async () => {
  const project = pluginProject({
    'a.test.ts': `${two(
      `await apis.users.stop()
       await expect(get('/users/1')).rejects.toThrow()
       await meet('one', 'other')
       await apis.users.start()
       expect((await get('/users/1')).status).toBe(200)
       await apis.users.stop()`,
      `await meet('other', 'one')
       expect((await get('/users/1')).status).toBe(200)`,
    )}
test('next', async () => {
  expect((await get('/users/1')).status).toBe(200)
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('3 passed (3)', 0)
})

test('each attempt of a concurrent test is as new', async () => {
  const project = pluginProject({
    'a.test.ts': `
import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import { test } from './mock-test.ts'

const get = async () => (await (await fetch(process.env.USERS_API_URL + '/users/1')).json()).id
let attempts = 0

test.concurrent('passes the third time', { retry: 2 }, async ({ apis }) => {
  expect(await get()).toBe('1')
  expect(apis.users.exchanges).toHaveLength(1)
  apis.users.use(http.get('/users/1', () => HttpResponse.json({ id: 'changed' })))
  expect(await get()).toBe('changed')
  expect(++attempts).toBe(3)
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('1 passed (1)', 0)
})

test('a sequence of replies is at its beginning in each of them', async () => {
  const entries = ['1', '2', '3'].map((text) =>
    entryOf({ url: 'https://users.example/next' }, { content: { size: 1, text } }),
  )
  const project = pluginProject({
    'next.har': harOf(entries),
    'mocks.ts': `
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: { env: 'USERS_API_URL', upstream: 'https://users.example', recording: 'next.har' },
})
`,
    'a.test.ts': `
import { expect } from 'vitest'
import { test } from './mock-test.ts'

const next = async () => (await fetch(process.env.USERS_API_URL + '/next')).text()

test.concurrent.for([1, 2, 3, 4])('number %i', async () => {
  expect([await next(), await next(), await next()]).toEqual(['1', '2', '3'])
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('4 passed (4)', 0)
})

test('what is asked on behalf of no test gets what was declared', async () => {
  const project = pluginProject({
    'a.test.ts': `
import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import { test } from './mock-test.ts'

let work
const worker = new Promise((resolve) => (work = resolve)).then(async () => {
  return (await (await fetch(process.env.USERS_API_URL + '/users/1')).json()).id
})

test.concurrent('asks a worker that was there before', async ({ apis }) => {
  apis.users.use(http.get('/users/1', () => HttpResponse.json({ id: 'of this test' })))
  work()
  expect(await worker).toBe('1')
  expect(apis.users.exchanges).toEqual([])
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('1 passed (1)', 0)
})

test('what is asked after the end of its test is refused, and disturbs no other', async () => {
  const project = pluginProject({
    'a.test.ts': `
import { expect } from 'vitest'
import { test } from './mock-test.ts'

const ended = Promise.withResolvers()
let late

test.concurrent('leaves something behind', ({ onTestFinished }) => {
  late = ended.promise.then(() => fetch(process.env.USERS_API_URL + '/users/1'))
  onTestFinished(() => setImmediate(ended.resolve))
})

test('another', async ({ apis }) => {
  const response = await late
  expect(response.status).toBe(421)
  expect(await response.text()).toBe(
    'mockberth: users: this request belongs to a test that has ended, "leaves something behind". Let that test wait for all that it starts.\\n',
  )
  expect(apis.users.exchanges).toEqual([])
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('2 passed (2)', 0)
})
