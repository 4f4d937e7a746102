import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { playwrightProject, runPlaywright } from './playwright/playwright-project.ts'
import { entryOf, harOf } from './support/har.ts'
import { createProject, projectsFolder, type Project } from './support/project.ts'
import { MOCKS, pluginProject } from './vitest/vitest-project.ts'

/** Has Node say what each process loads: our files, and what these import from elsewhere. */
const WATCH = `
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const nameOf = (url) => /\\/node_modules\\/mockberth\\/dist\\/(.*)$/.exec(url ?? '')?.[1]
const note = (kind, name) => appendFileSync('loads-' + process.pid, kind + ' ' + name + '\\n')

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    const isOthers = nameOf(resolved.url) === undefined && !resolved.url.startsWith('node:')
    if (isOthers && nameOf(context.parentURL) !== undefined) note('package', specifier)
    return resolved
  },
  load(url, context, next) {
    const name = nameOf(url)
    if (name !== undefined) note('file', name.replace(/-[\\w-]{8}(?=\\.js$)/, ''))
    return next(url, context)
  },
})
`

const WATCHED = { NODE_OPTIONS: '--import ./watch.mjs' }

/** Says which process has asked, when all has been loaded that it needs. */
const SAY = `
import { writeFileSync } from 'node:fs'

export async function ask() {
  const { status } = await fetch(process.env.USERS_API_URL + '/users/7')
  if (status !== 200) throw new Error('it answered ' + status)
  writeFileSync('process', String(process.pid))
}
`

interface Loaded {
  /** Files of ours, without hashes. */
  readonly files: readonly string[]
  /** What these import from elsewhere. */
  readonly packages: readonly string[]
}

/** What the process has loaded that asked. */
function loadedIn({ folder }: Project): Loaded {
  return loadedBy(join(folder, `loads-${readFileSync(join(folder, 'process'), 'utf8')}`))
}

/** What the main process of Playwright has loaded. */
function loadedByReporter({ folder }: Project): Loaded {
  const all = globSync(join(folder, 'loads-*')).map(loadedBy)
  return all.find(({ files }) => files.includes('playwright/reporter.js'))!
}

function loadedBy(file: string): Loaded {
  const lines = [...new Set(readFileSync(file, 'utf8').trim().split('\n'))].toSorted()
  const ofKind = (kind: string): string[] =>
    lines.filter((line) => line.startsWith(kind)).map((line) => line.slice(kind.length + 1))
  return { files: ofKind('file'), packages: ofKind('package') }
}

const FILES = { 'watch.mjs': WATCH, 'ask.ts': SAY }

const MOCK_FILES = ['baggage.js', 'index.js', 'mocks.js', 'shared.js']

const REPLAY = `
import { defineMocks } from 'mockberth'

export default defineMocks({ users: { env: 'USERS_API_URL', recording: 'users.har' } })
`

test.for([
  ['handlers', MOCKS, []],
  ['handlers of msw/http', MOCKS.replace(`'msw'`, `'msw/http'`), []],
  ['a recording', REPLAY, ['archives.js', 'recordings.js', 'replay.js', 'saving.js']],
] as const)('mocks with %s load only what these need, and no package', async ([, mocks, more]) => {
  const project = createProject({
    ...FILES,
    'mocks.ts': mocks,
    'users.har': harOf([entryOf({ url: '/users/7' }, {})]),
    'main.ts': `
import { ask } from './ask.ts'
import mocks from './mocks.ts'

const running = await mocks.start()
await ask()
await running.stop()
`,
  })
  expect(await project.run('node', ['main.ts'], WATCHED)).toMatchObject({ output: '', code: 0 })
  expect(loadedIn(project)).toEqual({ files: [...MOCK_FILES, ...more].toSorted(), packages: [] })
})

test('a worker of Vitest loads only what the mocks and its tests need', async () => {
  const project = pluginProject({
    ...FILES,
    'mock.test.ts': `
import { test } from './mock-test.ts'
import { ask } from './ask.ts'

test('asks', ask)
`,
  })
  expect(await project.run('vitest', ['run'], WATCHED)).toHaveEnded('1 passed (1)', 0)
  const own = ['matchers.js', 'provided.js', 'tests.js', 'vitest/index.js']
  expect(loadedIn(project)).toEqual({
    files: [...MOCK_FILES, ...own].toSorted(),
    packages: ['vitest'],
  })
})

test('the worker and the reporter of Playwright load only what the mocks and their tests need', async () => {
  const project = playwrightProject(
    {
      ...FILES,
      'e2e/mock.spec.ts': `
import { test } from './test.ts'
import { ask } from '../ask.ts'

test('asks', ask)
`,
    },
    `reporter: [['list'], ['mockberth/playwright/reporter']]`,
  )
  expect(await runPlaywright(project, [], WATCHED)).toMatchObject({ code: 0 })
  const own = [...MOCK_FILES, 'playwright/index.js', 'tests.js']
  expect(loadedIn(project)).toEqual({ files: own.toSorted(), packages: ['@playwright/test'] })
  const merging = ['archives.js', 'end-run.js', 'recordings.js', 'saving.js']
  const listening = ['lines.js', 'local-socket.js', 'messages.js', 'owner.js']
  expect(loadedByReporter(project).files).toEqual(
    [...own, 'playwright/reporter.js', ...merging, ...listening].toSorted(),
  )
})

test('mockberth check loads no mocks', async () => {
  const project = createProject({ ...FILES, 'users.har': harOf([]) })
  const command = join(projectsFolder, 'node_modules/mockberth/dist/cli/index.js')
  expect(await project.run('node', [command, 'check', 'users.har'], WATCHED)).toMatchObject({
    code: 0,
  })
  const [file] = globSync(join(project.folder, 'loads-*'))
  const { files, packages } = loadedBy(file!)
  expect(files).not.toContain('mocks.js')
  expect(packages).toEqual(['commander'])
})
