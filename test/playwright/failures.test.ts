import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { harErrors } from '../support/har-schema.ts'
import {
  attachedText,
  endOf,
  failureIn,
  playwrightProject,
  runPlaywright,
} from './playwright-project.ts'

const EXPLANATION = `Unhandled request to users: POST http://127.0.0.1:PORT/nowhere?a=1

Nearest to it:
  GET /users/:id (mocks.ts:8:27)
    method: takes GET, got POST
    path segment 1: takes "users", got nothing

Answer it with a handler: in the declaration, or for one test with
  apis.users.use(http.post('/nowhere', () => HttpResponse.json({})))`

const serving = (folder: string): string =>
  `Serve its traffic again: npx mockberth replay test-results/${folder}/attachments/traffic-HASH.har`

const ASK = `
import { expect, test } from './test.ts'

const ask = () => fetch(process.env.USERS_API_URL + '/nowhere?a=1', { method: 'POST' })
`

test('an unhandled request fails its test, which says what is near, and has its traffic attached', async () => {
  const project = playwrightProject({
    'e2e/unhandled.spec.ts': `${ASK}
test('asks', async () => {
  await Promise.all([ask(), ask()])
})

test('bystander', async () => {
  await fetch(process.env.USERS_API_URL + '/users/1')
})
`,
  })
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('1 failed, 1 passed; 1')
  expect(failureIn(ended, 'asks')).toBe(
    `MockberthError: This test made requests that nothing answered.\n\n${EXPLANATION}\n(2 times)\n\n${serving('unhandled-asks')}`,
  )
  expect(attachedText(ended, 'asks')).toMatch(
    /^ {6}users {2}POST {2}\/nowhere\?a=1 {2}501 +\d+ ms {2}unhandled\n {6}users {2}POST .* unhandled$/,
  )
  const [, file] = /npx mockberth replay (\S+\.har)/.exec(ended.output)!
  const har = readFileSync(join(project.folder, file!), 'utf8')
  expect(harErrors(JSON.parse(har))).toEqual([])
})

test('an error of the test itself says where its traffic is, and keeps its diff and its place', async () => {
  const project = playwrightProject({
    'e2e/wrong.spec.ts': `${ASK}
test('expects another', async ({ apis }) => {
  const response = await fetch(apis.users.url + '/users/1?token=s3cr3tvalue')
  expect(await response.json()).toEqual({ id: 2 })
})
`,
  })
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('1 failed; 1')
  const failure = failureIn(ended, 'expects another')
  expect(failure).toContain(`+   "id": "1",\n  }\n\n${serving('wrong-expects-another')}\n`)
  expect(failure).toMatch(/> {2}8 \| {3}expect\(await response\.json\(\)\)/)
  expect(failure).toMatch(/at \S+wrong\.spec\.ts:8:33$/m)
  expect(attachedText(ended, 'expects another')).toMatch(/token=REDACTED\w+ /)
})

test('each attempt has its traffic; what is to fail, and what asked for nothing, has none', async () => {
  const project = playwrightProject(
    {
      'e2e/attempts.spec.ts': `${ASK}
test('never', async ({ apis }) => {
  await fetch(apis.users.url + '/users/1')
  throw new Error('never')
})

test('silent', () => {
  throw new Error('silent')
})

test('to fail', async ({ apis }) => {
  test.fail()
  await fetch(apis.users.url + '/users/1')
  throw new Error('as it is to')
})
`,
    },
    'retries: 1',
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('2 failed, 1 passed; 1')
  const lines = [...ended.output.matchAll(/npx mockberth replay (\S+)\/attachments\/traffic/g)]
  expect(lines.map(([, folder]) => folder)).toEqual([
    'test-results/attempts-never',
    'test-results/attempts-never-retry1',
  ])
})

test('where Playwright keeps no files, no file is told of', async () => {
  const project = playwrightProject(
    { 'e2e/unkept.spec.ts': `${ASK}\ntest('asks', () => ask())` },
    "preserveOutput: 'never'",
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('1 failed; 1')
  expect(ended.output).toContain('Unhandled request to users')
  expect(ended.output).not.toContain('mockberth replay')
})

test('a request outside any test fails the run, and is named as that', async () => {
  const project = playwrightProject({
    'e2e/outside.spec.ts': `${ASK}
test.beforeAll(async ({ apis }) => {
  await ask()
})

test('bystander', () => {})
`,
  })
  const ended = await runPlaywright(project)
  expect(ended.code).toBe(1)
  expect(ended.output).toContain(
    'MockberthError: Requests that nothing answered were made outside any test (at import, in beforeAll, or between tests).',
  )
})

const unusedOverride = (option: string): Record<string, string> => ({
  'mocks.ts': `
import { defineMocks } from 'mockberth'

export default defineMocks({ users: { env: 'USERS_API_URL', ${option} } })
`,
  'e2e/unused.spec.ts': `
import { http } from 'msw'
import { test } from './test.ts'

test('gives one', ({ apis }) => {
  apis.users.use(http.get('/users/9', () => {}))
})
`,
})

test('overrides that never ran are named, or fail their test', async () => {
  const text = `This test gave overrides that never ran.

Unused override of users: GET /users/9 (e2e/unused.spec.ts:6:14)
users received no request after it was given.

Take them out, or put them among the declared handlers, which may go unused.`
  const warned = await runPlaywright(playwrightProject(unusedOverride('')))
  expect(endOf(warned)).toBe('1 passed; 0')
  expect(warned.errors).toBe(`mockberth: gives one\n${text}\n\n`)
  const failed = await runPlaywright(playwrightProject(unusedOverride("unused: 'fail'")))
  expect(endOf(failed)).toBe('1 failed; 1')
  expect(failureIn(failed, 'gives one')).toBe(`MockberthError: ${text}`)
})
