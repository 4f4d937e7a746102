import { expect, test } from 'vitest'
import { createProject, type Ended, type Project } from '../support/project.ts'
import { filesOf, proveBlocks, sameEachTime, type Proof } from './blocks.ts'
import { interrupt, startShell } from './shell.ts'

const shown = filesOf('docs/vitest.md')
const readme = filesOf('README.md')

/** The API of the README, which answers what this page asks, too. */
const MOCKS = `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  github: {
    env: 'GITHUB_API_URL',
    upstream: 'https://api.github.com',
    handlers: () => [
      http.get('/users/:login', ({ params }) => HttpResponse.json({ login: params.login })),
      http.get('/users/:login/repos', () => HttpResponse.json([])),
      http.post('/login', () => HttpResponse.json({})),
    ],
  },
})`

function projectWith(files: Readonly<Record<string, string>>): Project {
  return createProject({
    'fixtures/mocks.ts': MOCKS,
    'vitest.config.ts': readme['vitest.config.ts']!,
    'test/test.ts': readme['test/test.ts']!,
    ...files,
  })
}

const runTests = (project: Project): Promise<Ended> => project.run('vitest', ['run'])

test('the tests that the page shows pass', async () => {
  const names = ['test/concurrent.test.ts', 'test/repositories.test.ts']
  const project = projectWith(Object.fromEntries(names.map((name) => [name, shown[name]!])))
  const { code, output } = await runTests(project)
  expect(output).toMatch(/Tests {2}3 passed \(3\)/)
  expect(code).toBe(0)
})

/** A project with a test that is named so, and does this. */
const projectTesting = (body: string): Project =>
  projectWith({
    'test/profile.test.ts': `
      import { http, HttpResponse } from 'msw'
      import { expect } from 'vitest'
      import { test } from './test.ts'

      const ask = async (path) => (await fetch(process.env.GITHUB_API_URL + path)).json()

      test('shows the name', async ({ apis }) => {
        ${body}
      })`,
  })

const FAILS = `expect((await ask('/users/octocat')).login).toBe('Mona')`

const OVERRIDES_IN_VAIN = `
  apis.github.use(http.get('/users/octocta', () => HttpResponse.json({})))
  await ask('/users/octocat')`

const PAGE_1 = `
  await fetch(apis.github.url + '/login', { method: 'POST' })
  await ask('/users/mona/repos?page=1')
  expect(apis.github).toHaveReceived('GET', '/users/:login/repos', { query: { page: 2 } })`

/** Of what Vitest prints where a test does this. */
const isPrintedOf =
  (body: string): Proof =>
  async (text) => {
    const { output } = await runTests(projectTesting(body))
    expect(sameEachTime(output)).toContain(sameEachTime(text.trim()))
  }

proveBlocks('docs/vitest.md', {
  'Error: github has not received GET /users/:login/repos with query {"page": 2}.':
    isPrintedOf(PAGE_1),
  'mockberth: This test gave overrides that never ran.': isPrintedOf(OVERRIDES_IN_VAIN),
  "AssertionError: expected 'octocat' to be 'Mona' // Object.is equality": isPrintedOf(FAILS),
  'mockberth: the traffic of "shows the name":': isPrintedOf(FAILS),
  async '$ npx mockberth replay shows-the-name.har'(text) {
    const [command, ...printed] = text.split('\n')
    const project = projectTesting(FAILS)
    await runTests(project)
    const folder = '.vitest/attachments/mockberth/test/profile.test.ts'
    const replaying = startShell(project, `cd ${folder} && ${command!.slice(2)}`)
    const [, url] = await replaying.printed(/^GITHUB_API_URL=(\S+)$/m)
    await fetch(`${url}/users/octocat`)
    await replaying.printed(/entry 1\n/)
    expect(sameEachTime(replaying.output())).toBe(sameEachTime(printed.join('\n')))
    await interrupt(replaying)
  },
})
