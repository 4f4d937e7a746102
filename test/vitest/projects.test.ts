import { expect, test } from 'vitest'
import { createProject } from '../support/project.ts'
import { config, MOCKS } from './vitest-project.ts'

/** A declaration whose one API answers with a word. */
const saying = (word: string): string => `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  words: { env: 'WORDS_API_URL', handlers: () => [http.get('/', () => HttpResponse.json('${word}'))] },
})
`

const hearing = (word: string): string => `
import { expect, test } from 'vitest'

test('hears a word', async () => {
  expect(await (await fetch(process.env.WORDS_API_URL)).json()).toBe('${word}')
})
`

const WITHOUT_MOCKS = `
import { expect, test } from 'vitest'

test('has no mocks', () => {
  expect(process.env.WORDS_API_URL).toBeUndefined()
})
`

const configOf = (plugins: string, projects: string): string =>
  config(`projects: [${projects}]`, plugins)

test.for([
  ['that extend nothing', 'false', ''],
  ['that have their own instead of the inherited one', 'true', `mockberth('./nowhere.ts')`],
])('projects have a plugin and a declaration each, %s', async ([, inherits, plugins]) => {
  const project = createProject({
    'cat.mocks.ts': saying('meow'),
    'dog.mocks.ts': saying('woof'),
    'cat.test.ts': hearing('meow'),
    'dog.test.ts': hearing('woof'),
    'vitest.config.ts': configOf(
      plugins!,
      ['cat', 'dog']
        .map(
          (name) =>
            `{ extends: ${inherits}, plugins: [mockberth('./${name}.mocks.ts')], test: { name: '${name}', include: ['${name}.test.ts'] } }`,
        )
        .join(),
    ),
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('2 passed (2)', 0)
})

test('a plugin at the root is there for the projects that extend it, and for no others', async () => {
  const project = createProject({
    'mocks.ts': saying('meow'),
    'packages/own/mocks.ts': saying('woof'),
    'packages/own/own.test.ts': hearing('woof'),
    'packages/shared/shared.test.ts': hearing('meow'),
    'root.test.ts': hearing('meow'),
    'without.test.ts': WITHOUT_MOCKS,
    'vitest.config.ts': configOf(
      `mockberth('./mocks.ts')`,
      `
      { extends: true, test: { name: 'root', include: ['root.test.ts'] } },
      { extends: true, test: { name: 'shared', root: './packages/shared' } },
      { extends: true, test: { name: 'own', root: './packages/own' } },
      { extends: false, test: { name: 'without', include: ['without.test.ts'] } },
      `,
    ),
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('4 passed (4)', 0)

  const chosen = await project.run('vitest', ['run', '--project=without'])
  expect(chosen).toHaveEnded('1 passed (1)', 0)
})

test('projects that share the server of the root load the declaration with its aliases', async () => {
  const project = createProject({
    'src/words.ts': `export const word = 'meow'`,
    'mocks.ts': saying('meow').replace(`'meow'`, 'word') + `import { word } from '@/words'`,
    'a.test.ts': hearing('meow'),
    'b.test.ts': hearing('meow'),
    'vitest.config.ts': `
import { defineConfig } from 'vitest/config'
import { mockberth } from 'mockberth/vitest/plugin'

export default defineConfig({
  plugins: [mockberth('./mocks.ts')],
  resolve: { alias: { '@': import.meta.dirname + '/src' } },
  test: {
    projects: [
      { test: { name: 'a', include: ['a.test.ts'] } },
      { test: { name: 'b', include: ['b.test.ts'] } },
    ],
  },
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('2 passed (2)', 0)
})

test('a declaration that is neither in the root of the project nor in that of Vitest stops the run', async () => {
  const project = createProject({
    'packages/shared/shared.test.ts': hearing('meow'),
    'vitest.config.ts': configOf(
      `mockberth('./mocks.ts')`,
      `{ extends: true, test: { name: 'shared', root: './packages/shared' } }`,
    ),
  })
  const { code, errors } = await project.run('vitest', ['run'])
  expect(errors.replaceAll(project.folder, '/project')).toContain(
    'there is no file /project/packages/shared/mocks.ts (nor /project/mocks.ts). ',
  )
  expect(code).toBe(1)
})

const IDLE = `[MockberthError: the plugin mockberth() in this config reaches none of its projects, so none of them would have mocks. Give it to the projects that need it, or let them extend this config with extends: true.] {
  code: 'PLUGIN_IDLE'
}`

test.for([
  [
    'inline ones that extend nothing',
    `{ extends: false, test: { name: 'a', include: ['a.test.ts'] } }`,
  ],
  ['ones with a config file of their own', `'packages/*'`],
])('a plugin at the root that reaches no project stops the run: %s', async ([, projects]) => {
  const project = createProject({
    'mocks.ts': MOCKS,
    'a.test.ts': hearing('nothing'),
    'packages/own/vitest.config.ts': 'export default {}',
    'packages/own/own.test.ts': hearing('nothing'),
    'vitest.config.ts': configOf(`mockberth('./mocks.ts')`, projects!),
  })
  const { code, output } = await project.run('vitest', ['run'])
  expect(output).toContain(IDLE)
  expect(output.match(/MockberthError/g)).toHaveLength(1)
  expect(code).toBe(1)
})

test('a plugin at the root is no mistake when the config files of projects bring it themselves', async () => {
  const project = createProject({
    'packages/own/mocks.ts': saying('woof'),
    'packages/own/own.test.ts': hearing('woof'),
    'packages/own/vitest.config.ts': `
import { mockberth } from 'mockberth/vitest/plugin'

export default { plugins: [mockberth('./mocks.ts')] }
`,
    'vitest.config.ts': configOf(`mockberth('./mocks.ts')`, `'packages/*'`),
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('1 passed (1)', 0)
})
