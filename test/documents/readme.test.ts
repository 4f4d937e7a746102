import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startRealApi } from '../responders/real-api.ts'
import { createProject } from '../support/project.ts'
import { blockWith, filesOf, proveBlocks } from './blocks.ts'
import { runsPythonTests } from './python.ts'
import { installs, interrupt, namesScripts, runShell, startShell } from './shell.ts'

const files = filesOf('README.md')

/** Without those of Playwright, which Vitest would run, too. */
const vitestFiles = Object.fromEntries(
  Object.entries(files).filter(([path]) => !path.startsWith('e2e/')),
)

test('the script that the README shows works', async () => {
  const script = blockWith('README.md', 'await mocks.start()')
  const project = createProject({ ...files, 'script.ts': script })
  const { code, output } = await project.run('node', ['script.ts'])
  expect(output).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/)
  expect(code).toBe(0)
})

/** A test of the README's that asks for what nothing answers. */
const ASKS_FOR_REPOSITORIES = `
import { test } from './test.ts'

test('asks for repositories', async () => {
  await fetch(process.env.GITHUB_API_URL + '/users/octocat/repos')
})`

const PAYS = `
import { expect, test } from 'vitest'

test('pays', async () => {
  const response = await fetch(process.env.PAYMENTS_API_URL + '/payments')
  expect(await response.text()).toBe('paid')
})`

proveBlocks('README.md', {
  'npm ci && npm run demo': namesScripts,
  'npm ci && npm test': namesScripts,
  'npm install --save-dev mockberth msw vitest': installs,
  async 'npx vitest run'(text) {
    const { code, output } = await runShell(createProject(vitestFiles), text)
    expect(output).toMatch(/Tests {2}2 passed \(2\)/)
    expect(code).toBe(0)
  },
  async 'MockberthError: This test made requests that nothing answered.'(text) {
    const project = createProject({ ...vitestFiles, 'test/profile.test.ts': ASKS_FOR_REPOSITORIES })
    const { code, output } = await project.run('vitest', ['run'])
    expect(output.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:49213')).toContain(text.trim())
    expect(code).toBe(1)
  },
  'npm install --save-dev mockberth msw @playwright/test': installs,
  async 'npx playwright test e2e'(text) {
    const { code, output } = await runShell(createProject(files), text)
    expect(output).toMatch(/^ {2}1 passed/m)
    expect(code).toBe(0)
  },
  async 'MOCKBERTH_MODE=record npx vitest run   # asks the real API, and keeps what it says'(text) {
    const real = await startRealApi((_asked, outgoing) => outgoing.end('paid'))
    const declared = blockWith('README.md', 'payments.har')
    const project = createProject({
      ...vitestFiles,
      'fixtures/mocks.ts': declared.replace('https://api.payments.example', real.url),
      'test/profile.test.ts': PAYS,
    })
    const { code, output } = await runShell(project, text)
    expect(output.match(/Tests {2}1 passed \(1\)/g)).toHaveLength(2)
    expect(existsSync(join(project.folder, 'fixtures/recordings/payments.har'))).toBe(true)
    expect(real.asked).toHaveLength(1)
    expect(code).toBe(0)
  },
  async 'npx mockberth serve fixtures/mocks.ts'(text) {
    const serving = startShell(createProject(files), text)
    const [, url] = await serving.printed(/^GITHUB_API_URL=(\S+)$/m)
    expect(await (await fetch(`${url}/users/octocat`)).json()).toEqual({ login: 'octocat' })
    await interrupt(serving)
    await expect(fetch(url!)).rejects.toThrow('fetch failed')
  },
  'npx mockberth run fixtures/mocks.ts -- python manage.py test': runsPythonTests,
})
