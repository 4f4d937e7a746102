import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formsOf, SECRETS } from '../recording/redaction/planted.ts'
import { asking, ATTACHMENTS, attached, tables, targetsIn } from './attachments.ts'
import {
  config,
  failureOf,
  pluginlessProject,
  pluginProject,
  servingLine,
} from './vitest-project.ts'

test.for([
  ['a plain test with the plugin', pluginProject, 'vitest', ATTACHMENTS],
  ['a mockTest without it', pluginlessProject, './mock-test.ts', '.vitest-attachments'],
] as const)(
  'the traffic of %s is attached when an assertion fails, and its message says so',
  async ([, makeProject, testModule, attachments]) => {
    const project = makeProject({
      'client.test.ts': asking(
        `
describe('a client', () => {
  test('compares', async () => {
    await ask('/users/7?page=2')
    expect({ id: '7' }).toEqual({ id: '8' })
  })

  test('passes', async () => {
    await ask('/users/1')
  })

  test('asks for nothing', () => {
    expect(1).toBe(2)
  })

  test.fails('is to fail', async () => {
    expect(await ask('/users/1')).toBe('')
  })
})`,
        testModule,
      ),
    })
    const ended = await project.run('vitest', ['run'])
    expect(ended).toHaveEnded('2 failed | 1 passed | 1 expected fail (4)', 1)
    const file = 'client.test.ts/a-client-compares.har'
    expect(failureOf(ended, 'client.test.ts > a client > compares')).toBe(
      `AssertionError: expected { id: '7' } to deeply equal { id: '8' }

${servingLine(file, 'its traffic', attachments)}

- Expected
+ Received

  {
-   "id": "8",
+   "id": "7",
  }

 ❯ client.test.ts:10:25
      8|   test('compares', async () => {
      9|     await ask('/users/7?page=2')
     10|     expect({ id: '7' }).toEqual({ id: '8' })
       |                         ^
     11|   })
     12|`,
    )
    expect(tables(ended.errors)).toEqual([
      'mockberth: the traffic of "a client > compares":\n  users  GET  /users/7?page=2  200  0 ms  mocked: GET /users/:id',
    ])
    expect(attached(project, attachments)).toEqual([file])
    expect(targetsIn(project, file, attachments)).toEqual(['GET /users/7?page=2'])
    expect(ended.output).not.toContain(servingLine('client.test.ts/a-client-asks-for-nothing.har'))
  },
)

test('each attempt that failed has a file of its own, and so has each test of the same name', async () => {
  const project = pluginProject({
    'retried.test.ts': asking(`
let attempts = 0

test('fails twice', { retry: 2 }, async () => {
  attempts += 1
  await ask('/users/' + attempts)
  expect(attempts).toBe(3)
})

test('same name', async () => {
  await ask('/users/first')
  throw new Error('first')
})

test('same: name!', async () => {
  await ask('/users/second')
  throw new Error('second')
})

test('${'länge '.repeat(20_000)}', async () => {
  await ask('/users/long')
  throw 'a text'
})

test('?', async () => {
  await ask('/users/unreadable')
  throw new Error('third')
})`),
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('4 failed | 1 passed (5)', 1)
  // Of 100 bytes, without the half of a letter.
  const long = `retried.test.ts/${'länge-'.repeat(14)}l.har`
  expect(attached(project)).toEqual(
    [
      'retried.test.ts/fails-twice.har',
      'retried.test.ts/fails-twice-retry-1.har',
      'retried.test.ts/same-name.har',
      'retried.test.ts/same-name-2.har',
      'retried.test.ts/test.har',
      long,
    ].toSorted(),
  )
  expect(targetsIn(project, 'retried.test.ts/fails-twice.har')).toEqual(['GET /users/1'])
  expect(targetsIn(project, 'retried.test.ts/fails-twice-retry-1.har')).toEqual(['GET /users/2'])
  expect(targetsIn(project, 'retried.test.ts/same-name-2.har')).toEqual(['GET /users/second'])
  expect(tables(ended.errors)).toHaveLength(6)
  const shown = attached(project).filter((file) => ended.errors.includes(servingLine(file)))
  // Of a test that passes in the end, Vitest shows no errors.
  expect(shown).toEqual(attached(project).filter((file) => !file.includes('fails-twice')))
})

test('the same test of several projects and files has a file each', async () => {
  const failing = asking(`test('fails', async () => { throw new Error(await ask('/users/1')) })`)
  const plugin = `plugins: [mockberth('./mocks.ts')]`
  const project = pluginProject({
    'vitest.config.ts': config(
      `projects: [{ ${plugin}, test: { name: 'one' } }, { ${plugin}, test: { name: 'number two' } }]`,
      '',
    ),
    'a.test.ts': failing,
    'deep/a.test.ts': failing,
  })
  await project.run('vitest', ['run'])
  expect(attached(project)).toEqual([
    'number-two/a.test.ts/fails.har',
    'number-two/deep/a.test.ts/fails.har',
    'one/a.test.ts/fails.har',
    'one/deep/a.test.ts/fails.har',
  ])
})

test('what was attached before is gone when the file runs again, and not when another does', async () => {
  const project = pluginProject({
    'a.test.ts': asking(`test('fails', async () => { throw new Error(await ask('/users/1')) })`),
    'b.test.ts': asking(`test('fails', async () => { throw new Error(await ask('/users/1')) })`),
  })
  await project.run('vitest', ['run'])
  expect(attached(project)).toEqual(['a.test.ts/fails.har', 'b.test.ts/fails.har'])
  project.write({ 'a.test.ts': asking(`test('passes', () => {})`) })
  await project.run('vitest', ['run', 'a.test.ts'])
  expect(attached(project)).toEqual(['b.test.ts/fails.har'])
})

test('a test that froze the clock, silenced the console and went elsewhere has its traffic too', async () => {
  const project = pluginProject(
    {
      'a.test.ts': asking(`
test('is hard on everybody', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  await ask('/users/1')
  vi.useFakeTimers()
  process.chdir('/')
  throw new Error('hard')
})`),
    },
    `pool: 'forks'`,
  )
  const ended = await project.run('vitest', ['run'])
  expect(failureOf(ended, 'a.test.ts > is hard on everybody')).toContain(
    `Error: hard\n\n${servingLine('a.test.ts/is-hard-on-everybody.har')}\n`,
  )
  expect(tables(ended.errors)).toHaveLength(1)
})

test('secrets are neither in what is attached nor in what is printed', async () => {
  const secret = SECRETS['a GitHub token']!
  const project = pluginProject({
    'a.test.ts': asking(`
import { secret } from './secret.ts'

test('gives them away', async () => {
  await ask('/users/' + secret + '?api_key=hunter2', { headers: { authorization: 'Bearer ' + secret } })
  throw new Error('failed')
})`),
    'secret.ts': `export const secret = '${secret}'`,
  })
  const { output } = await project.run('vitest', ['run'])
  const [file] = attached(project)
  const har = readFileSync(join(project.folder, ATTACHMENTS, 'mockberth', file!), 'latin1')
  expect(tables(`${output}\n\n`)).toHaveLength(1)
  for (const form of [...formsOf(secret), 'hunter2']) {
    expect(har).not.toContain(form)
    expect(output.replace(/^ +\d+\|.*$/gm, '')).not.toContain(form)
  }
})
