import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { entryOf, harOf } from '../support/har.ts'
import { startEcho } from '../vitest/recording-project.ts'
import { endOf, playwrightProject, runPlaywright } from './playwright-project.ts'

const mocks = (upstream: string): string => `
import { defineMocks } from 'mockberth'

export default defineMocks({
  words: { env: 'USERS_API_URL', upstream: '${upstream}', recording: 'recordings/words.har' },
})
`

const SPEC = `
import { expect, test } from './test.ts'

for (const word of ['one', 'two', 'three', 'four']) {
  test(word, async ({ apis }) => {
    const response = await fetch(apis.words.url + '/' + word)
    expect(await response.text()).toBe('said /' + word)
  })
}
`

test('all workers record into one file, and the reporter says what a run added and used', async () => {
  const real = await startEcho()
  const project = playwrightProject(
    { 'mocks.ts': mocks(real.url), 'e2e/words.spec.ts': SPEC },
    `fullyParallel: true, reporter: [['list'], ['mockberth/playwright/reporter']]`,
  )
  const recorded = await runPlaywright(project, [], { MOCKBERTH_MODE: 'record' })
  expect(endOf(recorded)).toBe('4 passed; 0')
  expect(recorded.errors).toBe(
    '\nmockberth: recordings/words.har\n  4 added, 0 replaced\n  0 of 0 unused\n',
  )
  const har = JSON.parse(readFileSync(join(project.folder, 'recordings/words.har'), 'utf8'))
  expect(har.log.entries).toHaveLength(4)

  const replayed = await runPlaywright(project)
  expect(endOf(replayed)).toBe('4 passed; 0')
  expect(replayed.errors).toBe('')
  expect(real.asked).toHaveLength(4)

  project.write({ 'e2e/words.spec.ts': SPEC.replace(", 'four'", '') })
  const fewer = await runPlaywright(project)
  expect(fewer.errors).toBe(
    '\nmockberth: recordings/words.har\n  0 added, 0 replaced\n  1 of 4 unused: entry 1\n',
  )
  const some = await runPlaywright(project, ['-g', 'one'])
  expect(endOf(some)).toBe('1 passed; 0')
  expect(some.errors).toBe('')
})

test('a shard says nothing of what is unused', async () => {
  const real = await startEcho()
  const project = playwrightProject(
    {
      'mocks.ts': mocks(real.url),
      'e2e/words.spec.ts': SPEC,
      'recordings/words.har': harOf(
        ['one', 'two', 'three', 'four'].map((word) =>
          entryOf(
            { url: `${real.url}/${word}` },
            { content: { mimeType: 'text/plain', text: `said /${word}` } },
          ),
        ),
      ),
    },
    `shard: { current: 1, total: 2 },
    fullyParallel: true, reporter: [['list'], ['mockberth/playwright/reporter']]`,
  )
  const shard = await runPlaywright(project)
  expect(endOf(shard)).toBe('2 passed; 0')
  expect(shard.errors).toBe('')
})
