import { join } from 'node:path'
import { expect, test } from 'vitest'
import { playwrightProject } from '../playwright/playwright-project.ts'
import type { Ended, Project } from '../support/project.ts'
import { pluginProject } from '../vitest/vitest-project.ts'
import { recorded } from '../vitest/recording-project.ts'

const MOCKS = `
import { defineMocks } from 'mockberth'

export default defineMocks({
  words: { env: 'USERS_API_URL', upstream: 'https://words.test', recording: 'recordings/words.har' },
})
`

/** Nobody asks for `/old` any longer. */
const RECORDING = JSON.stringify({
  log: {
    version: '1.2',
    creator: { name: 'x', version: '1' },
    entries: ['/one', '/two', '/old'].map((path) => ({
      request: { method: 'GET', url: `https://words.test${path}`, headers: [] },
      response: { status: 200, headers: [], content: { mimeType: 'text/plain', text: path } },
    })),
  },
})

const ALL = ['GET /one', 'GET /two', 'GET /old']

const FILES = { 'mocks.ts': MOCKS, 'recordings/words.har': RECORDING }

/** Playwright's colours would be forced in its workers. */
const PLAIN = { NO_COLOR: undefined, FORCE_COLOR: '0' }

function prune(project: Project, ...[runner, ...args]: readonly string[]): Promise<Ended> {
  const cli = join(project.folder, '../node_modules/mockberth/dist/cli/index.js')
  const command = join(project.folder, '../../node_modules/.bin', runner!)
  return project.run('node', [cli, 'prune', '--', command, ...args], PLAIN)
}

const notAll = (part: string): string =>
  `mockberth: the command ran ${part}; nothing was pruned. Prune with a command that runs all tests.\n`

const asking = (words: readonly string[]): string => `
import { test } from 'vitest'

for (const word of ${JSON.stringify(words)}) {
  test(word, async () => void (await fetch(process.env.USERS_API_URL + '/' + word)))
}
test('no word', () => {})
`

test('prune removes nothing after a part of the tests of Vitest, and says that some were skipped', async () => {
  const one = asking(['one'])
  const project = pluginProject({ ...FILES, 'a.test.ts': one, 'b.test.ts': asking(['two']) })
  for (const [part, ...args] of [
    ['1 of 2 test files', 'a.test.ts'],
    ['what --exclude picked', '--exclude', 'b.test.ts'],
    ['some tests of a file', 'a.test.ts:7', 'b.test.ts:7'],
    ['the shard 1 of 2', '--shard=1/2'],
  ] as const) {
    const some = await prune(project, 'vitest', 'run', ...args)
    expect(some.errors).toContain(notAll(part))
    expect(some.code).toBe(1)
  }

  project.write({ 'a.test.ts': one.replace(`test('no`, `test.only('no`) })
  const only = await prune(project, 'vitest', 'run')
  expect(only.errors).toContain('Unexpected .only modifier')
  expect(only.errors).toContain('mockberth: the command ended with 1; nothing was pruned.')
  expect(only.code).toBe(1)
  expect(recorded(project)).toEqual(ALL)

  project.write({ 'a.test.ts': one.replace('test(word', 'test.skip(word') })
  const told = await project.run('vitest', ['run'])
  expect(told.errors).toContain('\n  2 of 3 unused: entries 1, 3 (1 test was skipped)\n')
  const all = await prune(project, 'vitest', 'run')
  expect(all.output).toContain(
    '\nrecordings/words.har: 2 of 3 entries removed\n1 test was skipped: what only skipped tests ask for is removed as well\n',
  )
  expect(all.code).toBe(0)
  expect(recorded(project)).toEqual(['GET /two'])
})

const SPEC = `
import { test } from './test.ts'

for (const word of ['one', 'two']) {
  test(word, async ({ apis }) => void (await fetch(apis.words.url + '/' + word)))
}
test('no word', () => {})
`

test('prune removes nothing after a part of the tests of Playwright', async () => {
  const project = playwrightProject(
    { ...FILES, 'e2e/words.spec.ts': SPEC, 'e2e/other.spec.ts': SPEC },
    `reporter: [['list'], ['mockberth/playwright/reporter']]`,
  )
  for (const [part, ...args] of [
    ['what other.spec.ts picked', '--quiet', 'other.spec.ts'],
    [
      "Playwright without the reporter 'mockberth/playwright/reporter', which knows how much",
      '--reporter=line',
    ],
  ] as const) {
    const some = await prune(project, 'playwright', 'test', ...args)
    expect(some.errors).toContain(notAll(part))
    expect(some.code).toBe(1)
  }

  project.write({ 'e2e/words.spec.ts': SPEC.replace(`test('no`, `test.only('no`) })
  const only = await prune(project, 'playwright', 'test')
  expect(only.errors).toBe(notAll('what .only picked'))
  expect(only.code).toBe(1)
  expect(recorded(project)).toEqual(ALL)

  project.write({ 'e2e/words.spec.ts': SPEC })
  const all = await prune(project, 'playwright', 'test', '--quiet', '--workers', '1')
  expect(all.output).toMatch(/\nrecordings\/words\.har: 1 of 3 entries removed\n$/)
  expect(all.code).toBe(0)
  expect(recorded(project)).toEqual(['GET /one', 'GET /two'])
})
