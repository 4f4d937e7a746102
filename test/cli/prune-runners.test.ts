import { expect, test } from 'vitest'
import { PLAIN, playwrightProject } from '../playwright/playwright-project.ts'
import { entryOf, harOf } from '../support/har.ts'
import type { Ended, Project } from '../support/project.ts'
import { recorded } from '../vitest/recording-project.ts'
import { pluginProject } from '../vitest/vitest-project.ts'
import { startCommand } from './declared-project.ts'

const MOCKS = `
import { defineMocks } from 'mockberth'

export default defineMocks({
  words: { env: 'USERS_API_URL', upstream: 'https://words.test', recording: 'recordings/words.har' },
})
`

/** Nobody asks for `/old` any longer. */
const RECORDING = harOf(
  ['/one', '/two', '/old'].map((path) => entryOf({ url: `https://words.test${path}` }, {})),
)

const ALL = ['GET /one', 'GET /two', 'GET /old']

const FILES = { 'mocks.ts': MOCKS, 'recordings/words.har': RECORDING }

function prune(project: Project, ...command: readonly string[]): Promise<Ended> {
  return startCommand(project, ['prune', '--', ...command], PLAIN).ended
}

const refusal = (part: string): string =>
  `mockberth: the command ran ${part}; nothing was pruned. Prune with a command that runs all tests.\n`

/** Prunes after a command that ran a part of the tests. */
async function expectRefused(
  project: Project,
  part: string,
  ...command: readonly string[]
): Promise<void> {
  const { errors, code } = await prune(project, ...command)
  expect(errors).toContain(refusal(part))
  expect(code).toBe(1)
}

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
  await expectRefused(project, '1 of 2 test files', 'vitest', 'run', 'a.test.ts')
  const excluding = ['--exclude', 'b.test.ts']
  await expectRefused(project, 'what --exclude picked', 'vitest', 'run', ...excluding)
  const lines = ['a.test.ts:7', 'b.test.ts:7']
  await expectRefused(project, 'some tests of a file', 'vitest', 'run', ...lines)
  await expectRefused(project, 'the shard 1 of 2', 'vitest', 'run', '--shard=1/2')

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
  const playwright = ['playwright', 'test']
  const other = ['--quiet', 'other.spec.ts']
  await expectRefused(project, 'what other.spec.ts picked', ...playwright, ...other)
  await expectRefused(
    project,
    "Playwright without the reporter 'mockberth/playwright/reporter', which knows how much",
    ...playwright,
    '--reporter=line',
  )

  project.write({ 'e2e/words.spec.ts': SPEC.replace(`test('no`, `test.only('no`) })
  const only = await prune(project, ...playwright)
  expect(only.errors).toBe(refusal('what .only picked'))
  expect(only.code).toBe(1)
  expect(recorded(project)).toEqual(ALL)

  project.write({ 'e2e/words.spec.ts': SPEC })
  const all = await prune(project, ...playwright, '--quiet', '--workers', '1')
  expect(all.output).toMatch(/\nrecordings\/words\.har: 1 of 3 entries removed\n$/)
  expect(all.code).toBe(0)
  expect(recorded(project)).toEqual(['GET /one', 'GET /two'])
})
