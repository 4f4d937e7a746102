import { expect, test } from 'vitest'
import { failureOf, pluginlessProject, pluginProject, servingLine } from './vitest-project.ts'

const EVERY_EXPECT = `
import { describe, expect } from 'vitest'
import { test } from './mock-test.ts'

const ask = async (apis, id) => (await fetch(apis.users.url + '/users/' + id)).text()

test('passes', async ({ apis, expect: own }) => {
  expect(apis.users).not.toHaveReceived('GET')
  await ask(apis, 7)
  expect(apis.users).toHaveReceived('GET', '/users/7')
  own(apis.users).toHaveReceived('GET', '/users/:id', { times: 1 })
  own(apis.users).toHaveReceivedInOrder([['GET', /7/]])
  own.soft(apis.users).not.toHaveReceived('POST')
})

test('polls', async ({ apis }) => {
  setTimeout(() => ask(apis, 8), 20)
  await expect.poll(() => apis.users).toHaveReceived('GET', '/users/8')
  await expect.poll(() => apis.users).not.toHaveReceived('GET', '/users/9')
})

test('waits', async ({ apis }) => {
  const waiting = apis.users.waitFor('GET', '/users/8')
  await ask(apis, 8)
  expect((await waiting).response.json()).toEqual({ id: '8' })
})

describe.concurrent('together', () => {
  test.for([1, 2])('number %i', async (id, { apis, expect: own }) => {
    await ask(apis, id)
    own(apis.users).toHaveReceived('GET', '/users/' + id)
  })
})
`

test.for([
  ['with the plugin', pluginProject],
  ['without it', pluginlessProject],
] as const)('%s, every expect has the matchers, in every pool', async ([, makeProject]) => {
  const project = makeProject({ 'a.test.ts': EVERY_EXPECT, 'b.test.ts': EVERY_EXPECT })
  for (const pool of ['forks', 'vmThreads']) {
    const options = ['--no-isolate', '--maxWorkers=1', `--pool=${pool}`]
    expect(await project.run('vitest', ['run', ...options])).toHaveEnded('10 passed (10)', 0)
  }
})

test('with the plugin, a file that imports nothing of it has them too', async () => {
  const project = pluginProject({
    'plain.test.ts': `
import { expect, test } from 'vitest'
import { defineMocks } from 'mockberth'

test('starts a set of its own', async () => {
  const running = await defineMocks({ shop: { onUnhandled: 'ignore' } }).start()
  await fetch(running.apis.shop.url + '/cart', { method: 'PUT' })
  expect(running.apis.shop).toHaveReceived('PUT', '/cart')
  await running.stop()
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('1 passed (1)', 0)
})

test('what a VM context has classes of its own for is taken for what it is', async () => {
  const project = pluginProject(
    {
      'globals.test.ts': `
import { test as mockTest } from './mock-test.ts'

mockTest('has been asked', async ({ apis }) => {
  const body = new Uint8Array([1, 2])
  await fetch(apis.users.url + '/users/7?a=1', { method: 'POST', body: 'a=1&b=2' })
  await fetch(apis.users.url + '/users/7', { method: 'POST', body })
  expect(apis.users).toHaveReceived('POST', /7$/, { body: new URLSearchParams('b=2&a=1') })
  expect(apis.users).toHaveReceived('POST', '/users/:id', { body: new Uint8Array([1, 2]), query: { a: undefined } })
})
`,
      'mocks.ts': `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: { env: 'USERS_API_URL', handlers: () => [http.post('/users/:id', () => HttpResponse.json({}))] },
})
`,
    },
    'globals: true, pool: "vmForks"',
  )
  expect(await project.run('vitest', ['run'])).toHaveEnded('1 passed (1)', 0)
})

test('a failure shows the nearest exchange, all of them, and the line of the test', async () => {
  const project = pluginProject({
    'failing.test.ts': `
import { expect } from 'vitest'
import { test } from './mock-test.ts'

test('fails', async ({ apis }) => {
  await fetch(apis.users.url + '/users/7?full=1')
  expect(apis.users).toHaveReceived('GET', '/users/:id', { query: { full: 2 } })
})

test('fails softly, twice', async ({ apis }) => {
  expect.soft(apis.users).toHaveReceived('GET', '/users/7')
  expect.soft(apis.users).toHaveReceivedInOrder([['GET', '/users/7']])
})

test('polls in vain', async ({ apis }) => {
  await expect.poll(() => apis.users, { timeout: 50 }).toHaveReceived('GET')
})

test('waits in vain', async ({ apis }) => {
  await apis.users.waitFor('GET', '/users/7', { timeout: 20 })
})
`,
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('4 failed (4)', 1)
  expect(failureOf(ended, 'failing.test.ts > fails')).toBe(`\
Error: users has not received GET /users/:id with query {"full": 2}.

The nearest is number 1:
  query full: expected "2", received "1"

It has received:
  1. GET /users/7?full=1 (200, mocked)

${servingLine('failing.test.ts/fails.har')}
 ❯ failing.test.ts:7:22
      5| test('fails', async ({ apis }) => {
      6|   await fetch(apis.users.url + '/users/7?full=1')
      7|   expect(apis.users).toHaveReceived('GET', '/users/:id', { query: { fu…
       |                      ^
      8| })
      9|`)
  const [, first, second] = ended.errors.split(' FAIL  failing.test.ts > fails softly, twice\n')
  expect(first).toMatch(/^Error: users has not received GET \/users\/7\.\n/)
  expect(second).toMatch(/^Error: users has not received this in order:\n/)
  expect(failureOf(ended, 'failing.test.ts > polls in vain')).toMatch(
    /^Error: users has not received GET \*\.\n\nIt has received nothing\.\n ❯ failing\.test\.ts:16:56\n/,
  )
  expect(failureOf(ended, 'failing.test.ts > waits in vain')).toMatch(
    /^MockberthError: users has not received GET \/users\/7 within 20 ms\.\n\nIt has received nothing\.\n/,
  )
  expect(failureOf(ended, 'failing.test.ts > waits in vain')).toContain('❯ failing.test.ts:20:3')
})
