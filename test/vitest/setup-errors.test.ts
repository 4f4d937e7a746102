import { expect, test } from 'vitest'
import { createProject } from '../support/project.ts'
import { config, failureOf, MOCKS, PASSING_TEST, pluginProject } from './vitest-project.ts'

const FILES = {
  'mocks.ts': MOCKS,
  'vitest.config.ts': config(),
  'a.test.ts': PASSING_TEST,
  'b.test.ts': PASSING_TEST,
  'c.test.ts': PASSING_TEST,
}

/** What a mistake makes Vitest print, with the project's folder left out. */
async function outputOf(
  files: Readonly<Record<string, string | undefined>>,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const all = Object.entries({ ...FILES, ...files })
  const project = createProject(
    Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined)),
  )
  const { code, output } = await project.run('vitest', ['run'], env)
  expect(code).toBe(1)
  const banner = /^⎯+ Startup Error ⎯+\n/m
  expect(output).toMatch(banner)
  return output.replace(banner, '').replaceAll(project.folder, '/project').trim()
}

const declaration = (definitions: string): string => `
import { defineMocks } from 'mockberth'

export default defineMocks(${definitions})
`

const NOT_A_DECLARATION =
  'A declaration is what defineMocks() returns: export default defineMocks({ … }).'

test.for([
  [
    'a declaration file that is missing',
    undefined,
    `[MockberthError: there is no file /project/mocks.ts. mockberth() in the Vitest config takes the path of a declaration, relative to the project's root: mockberth('./fixtures/mocks.ts').] {
  code: 'DECLARATION_MISSING'
}`,
  ],
  [
    'one that throws at import',
    `interface SourceMapsMatter {
  here: true
}

throw new Error('out of order')
`,
    `MockberthError: the declaration /project/mocks.ts cannot be loaded; mend it, or what it imports: out of order
    at /project/mocks.ts:5:7 {
  code: 'DECLARATION_FAILED'
}`,
  ],
  [
    'one without a default export',
    'export const mocks = {}',
    `[MockberthError: /project/mocks.ts has no default export. ${NOT_A_DECLARATION}] {
  code: 'DECLARATION_INVALID'
}`,
  ],
  [
    'one whose default export is something else',
    'export default { users: {} }',
    `[MockberthError: the default export of /project/mocks.ts is not a declaration. ${NOT_A_DECLARATION}] {
  code: 'DECLARATION_INVALID'
}`,
  ],
  [
    'an env name used twice',
    declaration(`{ users: { env: 'API_URL' }, shop: { env: 'API_URL' } }`),
    `MockberthError: the declaration /project/mocks.ts cannot be used: the API users and the API shop both put their URL into API_URL; give each a name of its own.
    at /project/mocks.ts:4:16 {
  code: 'ENV_DUPLICATE'
}`,
  ],
  [
    'an invalid option',
    declaration('{ users: { port: 0 } }'),
    `MockberthError: the declaration /project/mocks.ts cannot be used: the API users: port got 0; it takes a whole number from 1 to 65535.
    at /project/mocks.ts:4:16 {
  code: 'INVALID_OPTION'
}`,
  ],
  [
    'a handlers function that throws',
    declaration(`{
  users: {
    handlers() {
      throw new Error('no handlers today')
    },
  },
}`),
    `MockberthError: the declaration /project/mocks.ts cannot be used: the API users: the handlers function threw; mend it, it is called at each start: no handlers today
    at handlers (/project/mocks.ts:7:13) {
  code: 'HANDLERS_FAILED'
}`,
  ],
] as const)('%s stops the run with one message', async ([, mocks, message]) => {
  expect(await outputOf({ 'mocks.ts': mocks })).toBe(message)
})

test('an invalid MOCKBERTH_MODE stops the run with one message', async () => {
  expect(await outputOf({}, { MOCKBERTH_MODE: 'nonsense' })).toBe(
    `[MockberthError: the declaration /project/mocks.ts cannot be used: the environment: MOCKBERTH_MODE got "nonsense"; it takes replay, record, record-missing or forward.] {
  code: 'MODE_INVALID'
}`,
  )
})

test('a declaration that cannot be parsed stops the run with one message, which shows the place', async () => {
  const output = await outputOf({ 'mocks.ts': 'export default defineMocks({' })
  expect(output.match(/cannot be loaded/g)).toHaveLength(1)
  expect(output).toContain('mocks.ts:1:')
  expect(output).toContain(`code: 'DECLARATION_FAILED'`)
})

test('mockberth() without a path stops the run with one message', async () => {
  const output = await outputOf({ 'vitest.config.ts': config('', 'mockberth()') })
  expect(output.match(/MockberthError: .*/g)).toEqual([
    `MockberthError: mockberth(): declaration got undefined; it takes the path of a declaration: mockberth('./fixtures/mocks.ts').`,
  ])
})

test('what is wrong in a test points to its place there, and nowhere else', async () => {
  const project = pluginProject({
    'a.test.ts': `
import { test } from './mock-test.ts'

test('gives no handler', ({ apis }) => {
  apis.users.use('/users/7')
})
`,
  })
  const failure = failureOf(await project.run('vitest', ['run']), 'a.test.ts > gives no handler')
  expect(failure.match(/^.*:\d+:\d+$/gm)).toEqual([' ❯ a.test.ts:5:14'])
  project.write({ 'main.ts': `import mocks from './mocks.ts'\n\nawait mocks.start({ colour: 1 })` })
  const { errors } = await project.run('node', ['main.ts'])
  const frames = errors.match(/^ +at .*/gm)?.filter((frame) => !frame.includes('node:internal'))
  expect(frames).toEqual([expect.stringMatching(/^ {4}at file:.*\/main\.ts:3:13$/)])
})

test('browser mode stops the run with one message', async () => {
  const output = await outputOf({
    'vitest.config.ts': config(
      `browser: { enabled: true, provider, instances: [{ browser: 'chromium' }] }`,
    ).replace(
      'export default',
      `
// As much of a provider as Vitest needs before it opens a browser.
const provider = {
  name: 'none',
  options: {},
  serverFactory: () => ({
    plugins: [],
    config: () => ({}),
    configureServer() {},
    createParent: () => ({ spawn: () => ({}) }),
    resolveOptimizeDeps: () => ({}),
    setupRpc() {},
  }),
}

export default`,
    ),
  })
  expect(output).toBe(
    `[MockberthError: the project "chromium" runs its tests in a browser, where no server can listen. Give mockberth() to projects that run in Node only; a browser project that extends a config which has it needs extends: false.] {
  code: 'BROWSER_MODE_UNSUPPORTED'
}`,
  )
})
