import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listeningPorts } from '../support/listeners.ts'
import type { Project } from '../support/project.ts'
import { endOf, failureIn, playwrightProject, runPlaywright } from './playwright-project.ts'

const REMEMBER = `
test.beforeEach(({ apis }, { parallelIndex, workerIndex, title }) => {
  const line = [title, parallelIndex, workerIndex, process.pid, apis.users.port].join(' ')
  appendFileSync('tests.log', line + '\\n')
})
`

/** Who ran each test, in the order in which they began. */
function testsOf(project: Project): { title: string; worker: string; port: number }[] {
  const lines = readFileSync(join(project.folder, 'tests.log'), 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [title, , worker, , port] = line.split(' ')
    return { title: title!, worker: worker!, port: Number(port) }
  })
}

function portsLeft(project: Project): number[] {
  const listening = listeningPorts()
  return testsOf(project)
    .map(({ port }) => port)
    .filter((port) => listening.has(port))
}

test.each([2, 4])(
  'each of %i workers has mocks of its own, as new in each test',
  async (workers) => {
    const project = playwrightProject(
      {
        'e2e/own.spec.ts': `
import { appendFileSync, readFileSync } from 'node:fs'
import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'
${REMEMBER}
const workersSoFar = () => {
  const lines = readFileSync('tests.log', 'utf8').trim().split('\\n')
  return new Set(lines.map((line) => line.split(' ')[2])).size
}

for (let index = 0; index < 12; index++) {
  test('test-' + index, async ({ apis }) => {
    expect(apis.users.exchanges).toHaveLength(0)
    expect(process.env.USERS_API_URL).toBe(apis.users.url)
    apis.users.use(http.get('/users/7', () => HttpResponse.json({ id: 'of ' + index })))
    await expect.poll(workersSoFar).toBe(${workers})
    const response = await fetch(process.env.USERS_API_URL + '/users/7')
    expect(await response.json()).toEqual({ id: 'of ' + index })
    await expect(apis.users).toHaveReceived('GET', '/users/7', { times: 1 })
  })
}
`,
      },
      `fullyParallel: true`,
    )
    const ended = await runPlaywright(project, [`--workers=${workers}`])
    expect(endOf(ended)).toBe('12 passed; 0')
    const byWorker = Map.groupBy(testsOf(project), ({ worker }) => worker)
    expect(byWorker.size).toBe(workers)
    for (const tests of byWorker.values())
      expect(new Set(tests.map(({ port }) => port)).size).toBe(1)
    expect(ended.errors).toBe('')
    expect(portsLeft(project)).toEqual([])
  },
)

test('a retry has a new worker, and all as new', async () => {
  const project = playwrightProject(
    {
      'e2e/retry.spec.ts': `
import { appendFileSync } from 'node:fs'
import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'
${REMEMBER}
test('flaky', async ({ apis }, { retry }) => {
  expect(apis.users.exchanges).toHaveLength(0)
  if (retry === 0) apis.users.use(http.get('/users/7', () => HttpResponse.json({ id: 'first' })))
  const response = await fetch(process.env.USERS_API_URL + '/users/7')
  expect(await response.json()).toEqual({ id: '7' })
})

test('after', async ({ apis }) => {
  expect(apis.users.exchanges).toHaveLength(0)
})
`,
    },
    'retries: 1',
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('1 flaky, 1 passed; 0')
  expect(testsOf(project).map(({ title, worker }) => `${title} ${worker}`)).toEqual([
    'flaky 0',
    'flaky 1',
    'after 1',
  ])
  expect(failureIn(ended, 'flaky')).toMatch(/^Error: expect\(received\)\.toEqual\(expected\)/)
  expect(portsLeft(project)).toEqual([])
})

test('fixtures of a base, of mergeTests and of mergeExpects work beside it', async () => {
  const project = playwrightProject({
    'e2e/merged.spec.ts': `
import { expect as playwrightExpect, mergeExpects, mergeTests, test as base } from '@playwright/test'
import { expect as mockExpect, mockTest } from 'mockberth/playwright'
import mocks from '../mocks.ts'
import { test as mocked } from './test.ts'

const greeting = base.extend<{ greeting: string }>({ greeting: 'hello' })
const test = mockTest(mocks, { base: greeting })
const merged = mergeTests(mocked, greeting)
const expect = mergeExpects(
  mockExpect,
  playwrightExpect.extend({ toGreet: (value) => ({ pass: value === 'hello', message: () => '' }) }),
)

test('with a base', async ({ apis, greeting }) => {
  expect(greeting).toGreet()
  await fetch(apis.users.url + '/users/1')
  await expect(apis.users).toHaveReceived('GET', '/users/1')
})

merged('merged', async ({ apis, greeting }) => {
  expect(greeting).toGreet()
  await expect(apis.users).not.toHaveReceived('GET')
})
`,
  })
  expect(endOf(await runPlaywright(project))).toBe('2 passed; 0')
})

test('a CommonJS project loads it too', async () => {
  const project = playwrightProject({
    'package.json': '{ "private": true, "type": "commonjs" }',
    'e2e/old.spec.ts': `
import { expect, test } from './test'

test('asks', async ({ apis }) => {
  await fetch(apis.users.url + '/users/1')
  await expect(apis.users).toHaveReceived('GET', '/users/1')
})
`,
    'e2e/test.ts': `
import { mockTest } from 'mockberth/playwright'
import mocks from '../mocks'

export { expect } from 'mockberth/playwright'
export const test = mockTest(mocks)
`,
  })
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('1 passed; 0')
})

test('what is no declaration is refused', async () => {
  const project = playwrightProject({
    'e2e/wrong.spec.ts': `
import { mockTest } from 'mockberth/playwright'

mockTest({} as never)('never runs', () => {})
`,
  })
  const ended = await runPlaywright(project)
  expect(ended.code).toBe(1)
  expect(ended.output).toContain(
    'MockberthError: mockTest(): the first argument is not a declaration; it takes what defineMocks() returned.',
  )
})

test('so are wrong options', async () => {
  const project = playwrightProject({
    'e2e/wrong.spec.ts': `
import { mockTest } from 'mockberth/playwright'
import mocks from '../mocks.ts'

for (const options of [null, { routebrowser: true }, { base: 3 }, { app: () => ({ command: 'a' }) }]) {
  try {
    mockTest(mocks, options as never)
  } catch ({ code, message }) {
    console.log(code + ' ' + message)
  }
}
`,
  })
  const { output } = await runPlaywright(project, ['--list'])
  expect(output.match(/^(?:IN|UN).*$/gm)).toEqual([
    'INVALID_OPTION mockTest(): the options got null; it takes an object.',
    'UNKNOWN_OPTION mockTest() has no option "routebrowser"; it has base, app, routeBrowser.',
    'INVALID_OPTION mockTest(): base got 3; it takes a `test` with fixtures of your own.',
    "INVALID_OPTION mockTest(): app got a function; it takes an object with a command, several of them by name, or 'shared'.",
  ])
})
