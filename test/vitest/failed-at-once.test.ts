import { expect, test } from 'vitest'
import { asking, tables, targetsIn } from './attachments.ts'
import { failureOf, pluginlessProject, pluginProject, servingLine } from './vitest-project.ts'

const AT_ONCE = `
const asked = Promise.withResolvers()

describe.concurrent('at once', () => {
  test('one', async () => {
    await ask('/users/1')
    await asked.promise
    throw new Error('one')
  })

  test('two', async () => {
    await ask('/users/2')
    asked.resolve()
  })
})

test('alone', async () => {
  await ask('/users/3')
  throw new Error('alone')
})`

test('what tests asked that ran at once is kept apart', async () => {
  const project = pluginProject({ 'at-once.test.ts': asking(AT_ONCE) })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('2 failed | 1 passed (3)', 1)
  expect(failureOf(ended, 'at-once.test.ts > at once > one')).toContain(
    `Error: one\n\n${servingLine('at-once.test.ts/at-once-one.har')}\n`,
  )
  expect(targetsIn(project, 'at-once.test.ts/at-once-one.har')).toEqual(['GET /users/1'])
  expect(targetsIn(project, 'at-once.test.ts/alone.har')).toEqual(['GET /users/3'])
})

test('where it cannot be kept apart, that is said', async () => {
  // Without the plugin, `mockTest()` is called in the first file alone, which is the larger one.
  const project = pluginlessProject({
    'first.test.ts': `import { test } from './mock-test.ts'\n\ntest('first', () => {})\n//${'.'.repeat(4000)}`,
    'at-once.test.ts': asking(AT_ONCE, './mock-test.ts'),
  })
  const ended = await project.run('vitest', ['run', '--no-isolate', '--maxWorkers=1'])
  expect(ended).toHaveEnded('2 failed | 2 passed (4)', 1)
  const file = 'at-once.test.ts/at-once-one.har'
  const line = servingLine(
    file,
    'its traffic and that of the tests beside it',
    '.vitest-attachments',
  )
  expect(failureOf(ended, 'at-once.test.ts > at once > one')).toContain(`Error: one\n\n${line}\n`)
  expect(targetsIn(project, file, '.vitest-attachments').toSorted()).toEqual([
    'GET /users/1',
    'GET /users/2',
  ])
  expect(tables(ended.errors)[0]).toMatch(
    /^mockberth: the traffic of "at once > one" and that of the tests beside it:\n/,
  )
})
