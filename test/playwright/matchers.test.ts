import { expect, test } from 'vitest'
import { endOf, failureIn, playwrightProject, runPlaywright } from './playwright-project.ts'

test('matchers poll until what is expected has come; what is not to come passes at once', async () => {
  const project = playwrightProject(
    {
      'e2e/matchers.spec.ts': `
import { expect, test } from './test.ts'

test('polls', async ({ apis }) => {
  const asked = expect(apis.users).toHaveReceived('POST', '/users/:id', {
    query: { full: true },
    headers: { 'x-name': expect.stringContaining('on') },
    body: { name: expect.any(String), tags: ['a', expect.anything()] },
    times: 1,
  })
  const inOrder = expect(apis.users).toHaveReceivedInOrder([
    ['GET', '/users/1'],
    ['POST', '/users/1', { body: expect.objectContaining({ name: 'Mona' }) }],
  ])
  const start = performance.now()
  await expect(apis.users).not.toHaveReceived('GET', '/users/1')
  await expect(apis.users).not.toHaveReceivedInOrder([['GET', '/users/1']])
  expect(performance.now() - start).toBeLessThan(4000)
  await fetch(apis.users.url + '/users/1')
  await fetch(apis.users.url + '/users/1?full=true', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-name': 'Mona' },
    body: JSON.stringify({ name: 'Mona', tags: ['a', 'b'] }),
  })
  await asked
  await inOrder
  await expect(apis.users).not.toHaveReceived('POST', '/users/1', { body: expect.objectContaining({ name: 'Lisa' }) })
})
`,
      'mocks.ts': `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: { env: 'USERS_API_URL', handlers: () => [http.all('/users/:id', () => HttpResponse.json({}))] },
})
`,
    },
    'expect: { timeout: 10_000 }',
  )
  expect(endOf(await runPlaywright(project))).toBe('1 passed; 0')
})

test('a matcher is one step of its test, however often it looks', async () => {
  const project = playwrightProject(
    {
      'steps.ts': `
export default class {
  onStepEnd(_test, _result, { title, error }) {
    if (title.includes('to')) console.log('step ' + title + (error ? ' failed' : ''))
  }
}
`,
      'e2e/steps.spec.ts': `
import { expect, test } from './test.ts'

test('waits', async ({ apis }) => {
  const ask = (body) => fetch(apis.users.url + '/users/1', { method: 'POST', body: JSON.stringify(body) })
  await ask({ a: [1, 'one'] })
  const asked = expect(apis.users).toHaveReceived('POST', '/users/1', { body: { a: [2, expect.any(String)], b: undefined } })
  await ask({ a: [2, 'two'] })
  await asked
})
`,
      'mocks.ts': `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: { env: 'USERS_API_URL', handlers: () => [http.all('/users/:id', () => HttpResponse.json({}))] },
})
`,
    },
    "reporter: [['list'], ['./steps.ts']],",
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('1 passed; 0')
  expect(ended.output.match(/^step .*$/gm)).toEqual(['step Expect "toHaveReceived"'])
})

test('a failure shows the nearest request and all of them, once the timeout is over', async () => {
  const project = playwrightProject(
    {
      'e2e/matchers.spec.ts': `
import { expect, test } from './test.ts'

test('waits in vain', async ({ apis }) => {
  await fetch(apis.users.url + '/users/1?page=1')
  await expect(apis.users).toHaveReceived('GET', '/users/:id', { query: { page: 2 } })
})

test('has it', async ({ apis }) => {
  await fetch(apis.users.url + '/users/1')
  await expect(apis.users).not.toHaveReceived('GET', '/users/1')
})

test('softly', async ({ apis }) => {
  await expect.soft(apis.users).toHaveReceived('GET', '/users/1')
  await expect.soft(apis.users).toHaveReceivedInOrder([['GET', '/users/1']])
})

test('awaits', async ({ apis }) => {
  const later = apis.users.waitFor('GET', '/users/:id')
  await fetch(apis.users.url + '/users/1')
  expect((await later).response?.status).toBe(200)
  await apis.users.waitFor('POST', '/users/1', { timeout: 50 })
})

test('no api', async () => {
  await expect(1 as any).toHaveReceived('GET', '/users/1')
})
`,
    },
    'expect: { timeout: 300 }',
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('5 failed; 1')
  const [explanation] = failureIn(ended, 'waits in vain').split('\n\nServe its traffic again: ')
  expect(explanation).toBe(`Error: users has not received GET /users/:id with query {"page": 2}.

The nearest is number 1:
  query page: expected "2", received "1"

It has received:
  1. GET /users/1?page=1 (200, mocked)`)
  expect(failureIn(ended, 'has it')).toMatch(
    /^Error: users has received GET \/users\/1 once, which it should not have:\n {2}1\. GET/,
  )
  expect(failureIn(ended, 'softly').match(/^Error: users has not received/gm)).toHaveLength(2)
  expect(failureIn(ended, 'awaits')).toMatch(
    /^MockberthError: users has not received POST \/users\/1 within 50 ms\.\n\nThe nearest is number 1:\n {2}method: expected POST, received GET\n/,
  )
  expect(failureIn(ended, 'no api')).toContain(
    'toHaveReceived() takes a mock API: expect(apis.github).',
  )
})

test('they take a timeout of their own, and name options that they do not know', async () => {
  const project = playwrightProject({
    'e2e/matchers.spec.ts': `
import { expect, test } from './test.ts'

test('not for long', async ({ apis }) => {
  const patient = expect.configure({ timeout: 3_600_000 })
  await patient.soft(apis.users).toHaveReceived('GET', '/users/1', { timeout: 50 })
  await patient.soft(apis.users).toHaveReceivedInOrder([['GET', '/users/1']], { timeout: 50 })
})

test('for how long', async ({ apis }) => {
  await expect(apis.users).toHaveReceived('GET', '/users/1', { timeout: '1s' as any })
})

test('misspelt', async ({ apis }) => {
  await expect(apis.users).toHaveReceived('GET', '/users/1', { timout: 50 } as any)
})

test('misspelt, in order', async ({ apis }) => {
  await expect(apis.users).toHaveReceivedInOrder([['GET', '/users/1']], { timout: 50 } as any)
})
`,
  })
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('4 failed; 1')
  expect(failureIn(ended, 'not for long').match(/^Error: users has not received/gm)).toHaveLength(2)
  const firstLine = (title: string): string => failureIn(ended, title).split('\n', 1)[0]!
  expect(firstLine('for how long')).toBe(
    'MockberthError: toHaveReceived(): timeout got "1s"; it takes a number of milliseconds, from 0 to 3600000 (one hour).',
  )
  expect(firstLine('misspelt')).toBe(
    'MockberthError: toHaveReceived() has no option "timout"; it has query, headers, body, times, timeout.',
  )
  expect(firstLine('misspelt, in order')).toBe(
    'MockberthError: toHaveReceivedInOrder() has no option "timout"; it has timeout.',
  )
})
