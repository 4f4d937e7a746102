import { expect, test } from 'vitest'
import type { Ended, Project } from '../support/project.ts'
import { failureOf, MOCKS, pluginlessProject, pluginProject, portsLeft } from './vitest-project.ts'

const MOCKS_THAT_FAIL = MOCKS.replace("env: 'USERS", "unused: 'fail',\n    env: 'USERS")

const both = [
  ['with the plugin', pluginProject],
  ['without it', pluginlessProject],
] as const

const IMPORTS = `
import { http, HttpResponse } from 'msw'
import { beforeAll, describe, expect } from 'vitest'
import { test } from './mock-test.ts'

const reply = () => HttpResponse.json('changed')
const get = (path) => fetch(process.env.USERS_API_URL + path)
`

const ADVICE = 'Take them out, or put them among the declared handlers, which may go unused.'
const HEADING = 'This test gave overrides that never ran.'

/** What a run printed on behalf of each test or file (`stderr | …`), in order, without paths. */
function warningsOf({ folder }: Project, { errors }: Ended): [whose: string, text: string][] {
  const blocks = errors.split(/^stderr \| /m).slice(1)
  return blocks.map((block) => {
    const [whose, ...lines] = block.split(/^⎯/m)[0]!.trim().split('\n')
    return [whose!, lines.join('\n').replaceAll(`${folder}/`, '')]
  })
}

const ONE_UNUSED = `${IMPORTS}
test('uses both', async ({ apis }) => {
  apis.users.use(http.get('/users/8', reply), http.get('/users/9', reply, { once: true }))
  await Promise.all([get('/users/8'), get('/users/9')])
})

test('uses one of two', async ({ apis }) => {
  apis.users.use(http.get('/users/8', reply), http.get('/users/9', reply))
  await get('/users/8')
})
`

const USED_ONE = `${HEADING}

Unused override of users: GET /users/9 (a.test.ts:15:14)
users received 1 request after it was given, 1 answered first by another override: GET /users/8.

${ADVICE}`

test.for(both)(
  'an override that never ran is named at the end of its test, %s',
  async ([, make]) => {
    const project = make({ 'a.test.ts': ONE_UNUSED })
    const ended = await project.run('vitest', ['run'])
    expect(ended).toHaveEnded('2 passed (2)', 0)
    expect(warningsOf(project, ended)).toEqual([
      ['a.test.ts > uses one of two', `mockberth: ${USED_ONE}`],
    ])
    expect(portsLeft(project)).toEqual([])
  },
)

test.for(both)("with 'fail' its test fails, %s", async ([, make]) => {
  const project = make({ 'mocks.ts': MOCKS_THAT_FAIL, 'a.test.ts': ONE_UNUSED })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('1 failed | 1 passed (2)', 1)
  const failure = failureOf(ended, 'a.test.ts > uses one of two')
  const [message, serve] = failure.replace(`${project.folder}/`, '').split('\n\nServe ')
  expect(message).toBe(`MockberthError: ${USED_ONE}`)
  expect(serve).toMatch(/^its traffic again: npx mockberth replay \S+\/uses-one-of-two\.har$/)
  expect(portsLeft(project)).toEqual([])
})

test("with 'ignore' nothing is said", async () => {
  const mocks = MOCKS_THAT_FAIL.replace("'fail'", "'ignore'")
  const project = pluginProject({ 'mocks.ts': mocks, 'a.test.ts': ONE_UNUSED })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('2 passed (2)', 0)
  expect(ended.errors).toBe('')
})

test.for(both)('it is one error more of a test that fails anyway, %s', async ([, make]) => {
  const project = make({
    'mocks.ts': MOCKS_THAT_FAIL,
    'a.test.ts': `${IMPORTS}
test('has three errors', async ({ apis }) => {
  apis.users.use(http.get('/nowhre', reply))
  expect((await get('/nowhere')).status).toBe(200)
})
`,
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('1 failed (1)', 1)
  const errors = ended.errors.split(' FAIL  a.test.ts > has three errors\n').slice(1)
  expect(errors.map((text) => text.split('\n')[0])).toEqual([
    'AssertionError: expected 501 to be 200 // Object.is equality',
    'MockberthError: This test made requests that nothing answered.',
    `MockberthError: ${HEADING}`,
  ])
})

test.for(both)(
  'attempts are judged each on its own; what is skipped, reset or expected to fail is not failed for it, %s',
  async ([, make]) => {
    const project = make({
      'mocks.ts': MOCKS_THAT_FAIL,
      'a.test.ts': `${IMPORTS}
let attempts = 0

test('uses it the second time', { retry: 1 }, async ({ apis }) => {
  apis.users.use(http.get('/users/8', reply))
  if (++attempts === 2) await get('/users/8')
})

test('skips itself', ({ apis, skip }) => {
  apis.users.use(http.get('/users/8', reply))
  skip()
})

test('resets', ({ apis }) => {
  apis.users.use(http.get('/users/8', reply))
  apis.users.reset()
})

test.fails('fails as expected', ({ apis }) => {
  apis.users.use(http.get('/users/8', reply))
  throw new Error('as expected')
})

test.fails('fails not', ({ apis }) => {
  apis.users.use(http.get('/users/8', reply))
})
`,
    })
    const ended = await project.run('vitest', ['run'])
    expect(ended).toHaveEnded('1 failed | 2 passed | 1 expected fail | 1 skipped (5)', 1)
    expect(failureOf(ended, 'a.test.ts > fails not')).toBe('Error: Expect test to fail')
    const warning = `mockberth: ${HEADING}\n\nUnused override of users: GET /users/8 (a.test.ts:`
    expect(warningsOf(project, ended)).toEqual([
      ['a.test.ts > fails as expected', expect.stringContaining(warning)],
      ['a.test.ts > fails not', expect.stringContaining(warning)],
    ])
  },
)

test('each attempt that left one unused is warned of', async () => {
  const project = pluginProject({
    'a.test.ts': `${IMPORTS}
let attempts = 0

test('uses it the third time', { retry: 2 }, async ({ apis }) => {
  apis.users.use(http.get('/users/8', reply))
  if (++attempts === 3) await get('/users/8')
  expect(attempts).toBe(3)
})
`,
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('1 passed (1)', 0)
  const whose = new Set(warningsOf(project, ended).map(([name]) => name))
  expect(whose).toEqual(new Set(['a.test.ts > uses it the third time']))
  expect(ended.errors.match(/Unused override/g)).toHaveLength(2)
})

/** The first test waits for the second one: they overlap. */
const CONCURRENT = `${IMPORTS}
const began = Promise.withResolvers()
const together = Promise.withResolvers()
const asked = together.promise.then(() => get('/users/9'))
let ofAll

test('before them', ({ apis }) => {
  ofAll = apis
})

describe.concurrent('together', () => {
  test('one', async () => {
    began.resolve()
    await asked
  })

  test('two', async () => {
    await began.promise
    ofAll.users.use(http.get('/users/8', reply), http.get('/users/9', reply))
    together.resolve()
    await asked
  })
})
`

const TOGETHER = `Overrides that never ran were given while several tests ran at once: "together > one", "together > two".

Unused override of users: GET /users/8 (a.test.ts:26:17)
users received 1 request after it was given, none that it matches.

${ADVICE}`

const BETWEEN = `${IMPORTS}
let kept

test('first', ({ apis }) => {
  kept = apis
})

describe('later', () => {
  beforeAll(async () => {
    kept.users.use(http.get('/users/8', reply), http.get('/users/9', reply))
    await get('/users/9')
  })

  test('second', async () => {
    expect(await (await get('/users/8')).json()).toEqual({ id: '8' })
  })
})
`

const LOST = `Overrides that never ran were given outside any test (at import, in beforeAll, or between tests).

Unused override of users: GET /users/8 (a.test.ts:17:16)
users received 1 request after it was given, none that it matches.

An override lasts until the next test begins. Give it in beforeEach or in the test, or put it among the declared handlers.`

test.for([
  ...both.map(
    ([how, make]) => ['while several tests ran', CONCURRENT, '3', TOGETHER, how, make] as const,
  ),
  ...both.map(([how, make]) => ['outside any test', BETWEEN, '2', LOST, how, make] as const),
])(
  'an override that was given %s is named at the end of the file',
  async ([, source, count, text, , make]) => {
    const warned = make({ 'a.test.ts': source })
    const passed = await warned.run('vitest', ['run'])
    expect(passed).toHaveEnded(`${count} passed (${count})`, 0)
    expect(warningsOf(warned, passed)).toEqual([['a.test.ts', `mockberth: ${text}`]])

    const failing = make({ 'mocks.ts': MOCKS_THAT_FAIL, 'a.test.ts': source })
    const failed = await failing.run('vitest', ['run'])
    expect(failed).toHaveEnded(`${count} passed (${count})`, 1)
    const failure = failureOf(failed, 'a.test.ts [ a.test.ts ]')
    expect(failure.replace(`${failing.folder}/`, '')).toBe(`MockberthError: ${text}`)
    expect(portsLeft(failing)).toEqual([])
  },
)
