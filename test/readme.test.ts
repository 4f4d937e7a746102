import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createProject } from './support/project.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The files that the README shows: blocks whose first line is a comment with a path. */
function shownFiles(): Record<string, string> {
  const blocks = [...readme.matchAll(/```ts\n(\/\/ (\S+)\n[\s\S]*?)```/g)]
  return Object.fromEntries(blocks.map(([, text, path]) => [path!, text!]))
}

test('the project that the README shows works as it stands there', async () => {
  const files = shownFiles()
  expect(Object.keys(files)).toEqual([
    'fixtures/mocks.ts',
    'vitest.config.ts',
    'test/test.ts',
    'src/profile.ts',
    'test/profile.test.ts',
    'e2e/test.ts',
    'e2e/profile.spec.ts',
  ])
  const project = createProject(files)
  const { code, output } = await project.run('vitest', ['run', '--dir=test'])
  expect(output).toMatch(/Tests {2}2 passed \(2\)/)
  expect(code).toBe(0)
})

test('its Playwright test works as it stands there', async () => {
  const project = createProject(shownFiles())
  const { code, output } = await project.run('playwright', ['test', 'e2e'])
  expect(output).toMatch(/^ {2}1 passed/m)
  expect(code).toBe(0)
})

test('the failure that the README shows is the one that is printed', async () => {
  const shown = /```\n(MockberthError: [\s\S]*?)\n```/.exec(readme)![1]!
  const project = createProject({
    ...shownFiles(),
    'test/profile.test.ts': `
      import { test } from './test.ts'
      test('asks for repositories', async () => {
        await fetch(process.env.GITHUB_API_URL + '/users/octocat/repos')
      })`,
  })
  const { code, output } = await project.run('vitest', ['run'])
  expect(output.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:49213')).toContain(shown)
  expect(code).toBe(1)
})

test('the script that the README shows works', async () => {
  const script = /```ts\n(import mocks from '\.\/fixtures[\s\S]*?)```/.exec(readme)![1]!
  const project = createProject({ ...shownFiles(), 'script.ts': script })
  const { code, output } = await project.run('node', ['script.ts'])
  expect(output).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/)
  expect(code).toBe(0)
})
