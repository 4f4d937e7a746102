import { expect, test } from 'vitest'
import {
  failureOf,
  pluginlessProject,
  pluginProject,
  portsLeft,
  servingLine,
  withoutPorts,
} from './vitest-project.ts'

const EXPLANATION = `Unhandled request to users: POST http://127.0.0.1:PORT/nowhere?a=1

Nearest to it:
  GET /users/:id
    method: takes GET, got POST
    path segment 1: takes "users", got nothing

Answer it with a handler: in the declaration, or for one test with
  apis.users.use(http.post('/nowhere', () => HttpResponse.json({})))`

const OUTSIDE =
  'MockberthError: Requests that nothing answered were made outside any test (at import, in beforeAll, or between tests).'

test.for([
  ['a plain test with the plugin', pluginProject, 'vitest', '.vitest/attachments'],
  ['a mockTest without it', pluginlessProject, './mock-test.ts', '.vitest-attachments'],
] as const)(
  'an unhandled request fails %s, although the code that made it hid the 501',
  async ([, makeProject, testModule, folder]) => {
    const project = makeProject({
      'unhandled.test.ts': `
import { describe } from 'vitest'
import { test } from '${testModule}'

describe('a client', () => {
  test('asks for what nobody answers', async () => {
    await fetch(process.env.USERS_API_URL + '/nowhere?a=1', { method: 'POST' }).catch(() => {})
  })

  test('is not to blame', async () => {
    await fetch(process.env.USERS_API_URL + '/users/1')
  })
})
`,
    })
    const ended = await project.run('vitest', ['run'])
    expect(ended).toHaveEnded('1 failed | 1 passed (2)', 1)
    const har = 'unhandled.test.ts/a-client-asks-for-what-nobody-answers.har'
    const line = servingLine(har, 'its traffic', folder)
    expect(failureOf(ended, 'unhandled.test.ts > a client > asks for what nobody answers')).toBe(
      `MockberthError: This test made requests that nothing answered.\n\n${EXPLANATION}\n\n${line}`,
    )
    expect(portsLeft(project)).toEqual([])
  },
)

test('a handler that throws fails the test that asked, assertions in it among them', async () => {
  const project = pluginProject({
    'handler.test.ts': `
import { http } from 'msw'
import { mockTest } from 'mockberth/vitest'
import { expect } from 'vitest'
import mocks from './mocks.ts'

const test = mockTest(mocks)

test('asks with the wrong body', async ({ apis }) => {
  apis.users.use(
    http.post('/users', async ({ request }) => {
      expect(await request.json()).toEqual({ name: 'Ada' })
    }),
  )
  await fetch(apis.users.url + '/users', { method: 'POST', body: '{"name":"Bob"}' }).catch(() => {})
})
`,
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('1 failed (1)', 1)
  const failure = failureOf(ended, 'handler.test.ts > asks with the wrong body')
  expect(failure).toMatch(
    /^MockberthError: This test made requests that nothing answered\.\n\nUnanswered request to users: POST \/users\n\nthe handler POST \/users .*failed:\n\nAssertionError: expected \{ name: 'Bob' \} to deeply equal \{ name: 'Ada' \}\n +at .*handler\.test\.ts:12:/,
  )
  expect(portsLeft(project)).toEqual([])
})

test('it is one more error of a test that fails anyway, and is made again by each retry', async () => {
  const project = pluginProject({
    'failing.test.ts': `
import { afterEach, expect, test } from 'vitest'

const ask = () => fetch(process.env.USERS_API_URL + '/nowhere?a=1', { method: 'POST' })

test('fails twice', async () => {
  expect((await ask()).status).toBe(200)
})

let attempts = 0

test('fails once', { retry: 1 }, async () => {
  if (++attempts === 1) await ask()
})

test('has a hook that asks', () => {})

afterEach(async ({ task }) => {
  if (task.name === 'has a hook that asks') await Promise.all([ask(), ask()])
})
`,
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('2 failed | 1 passed (3)', 1)
  const unhandled = `MockberthError: This test made requests that nothing answered.\n\n${EXPLANATION}`
  expect(failureOf(ended, 'failing.test.ts > fails twice')).toMatch(
    /^AssertionError: expected 501 to be 200/,
  )
  const [, , again] = ended.errors.split(' FAIL  failing.test.ts > fails twice')
  expect(withoutPorts(again!)).toContain(unhandled)
  expect(failureOf(ended, 'failing.test.ts > has a hook that asks')).toBe(
    `${unhandled}\n(2 times)\n\n${servingLine('failing.test.ts/has-a-hook-that-asks.har')}`,
  )
})

test.for([
  ['at import', `await ask()`, ''],
  ['in beforeAll', `beforeAll(ask)`, ''],
  ['between tests', '', 'beforeAll(ask)'],
  ['in afterAll', `afterAll(ask)`, ''],
] as const)(
  'a request %s fails the file, and is named as outside any test',
  async ([, outside, between]) => {
    const project = pluginProject({
      'outside.test.ts': `
import { afterAll, beforeAll, describe, test } from 'vitest'

async function ask() {
  await fetch(process.env.USERS_API_URL + '/nowhere?a=1', { method: 'POST' })
}

${outside}

test('first', () => {})

describe('later', () => {
  ${between}

  test('second', () => {})
})
`,
      'bystander.test.ts': `import { test } from 'vitest'\n\ntest('is not to blame', () => {})`,
    })
    const ended = await project.run('vitest', ['run', '--no-isolate', '--maxWorkers=1'])
    expect(ended).toHaveEnded('3 passed (3)', 1)
    expect(ended.output).toContain(' Test Files  1 failed | 1 passed (2)\n')
    expect(failureOf(ended, 'outside.test.ts [ outside.test.ts ]')).toBe(
      `${OUTSIDE}\n\n${EXPLANATION}`,
    )
    expect(portsLeft(project)).toEqual([])
  },
)

test('a request between tests with mockTest, without the plugin, fails the file as well', async () => {
  const project = pluginlessProject({
    'outside.test.ts': `
import { beforeAll, describe } from 'vitest'
import { test } from './mock-test.ts'

test('first', () => {})

describe('later', () => {
  beforeAll(async () => {
    await fetch(process.env.USERS_API_URL + '/nowhere?a=1', { method: 'POST' })
  })

  test('second', () => {})
})
`,
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('2 passed (2)', 1)
  expect(failureOf(ended, 'outside.test.ts [ outside.test.ts ]')).toBe(
    `${OUTSIDE}\n\n${EXPLANATION}`,
  )
  expect(portsLeft(project)).toEqual([])
})

test('a request of no test while several run at once fails the file, and names them all', async () => {
  const project = pluginProject({
    'concurrent.test.ts': `
import { describe, test } from 'vitest'

const began = Promise.withResolvers()
const together = Promise.withResolvers()

const asked = together.promise.then(() =>
  fetch(process.env.USERS_API_URL + '/nowhere?a=1', { method: 'POST' }),
)

describe.concurrent('together', () => {
  test('one', async () => {
    began.resolve()
    await asked
  })

  test('two', async () => {
    await began.promise
    together.resolve()
    await asked
  })
})

test('after them', () => {})
`,
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('3 passed (3)', 1)
  expect(failureOf(ended, 'concurrent.test.ts [ concurrent.test.ts ]')).toBe(
    `MockberthError: Requests that nothing answered were made while several tests ran at once: "together > one", "together > two".\n\n${EXPLANATION}`,
  )
})
