import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert, expect } from 'vitest'
import { listeningPorts } from '../support/listeners.ts'
import { createProject, type Ended, type Project } from '../support/project.ts'

/** One API, which answers `GET /users/:id`. */
export const MOCKS = `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: {
    env: 'USERS_API_URL',
    handlers: () => [http.get('/users/:id', ({ params }) => HttpResponse.json({ id: params.id }))],
  },
})
`

const MOCK_TEST = `
import { mockTest } from 'mockberth/vitest'
import mocks from './mocks.ts'

export const test = mockTest(mocks)
`

/** A test that passes with the mocks above, and fails without. */
export const PASSING_TEST = `
import { expect, test } from 'vitest'

test('gets a user', async () => {
  const response = await fetch(process.env.USERS_API_URL + '/users/7')
  expect(await response.json()).toEqual({ id: '7' })
})
`

/** Remembers the port of each worker outside of it. */
const REMEMBER_PORT = `
import { appendFileSync } from 'node:fs'

appendFileSync('ports.log', new URL(process.env.USERS_API_URL).port + '\\n')
`

const REMEMBER_PORT_OF_TEST = `
import { appendFileSync } from 'node:fs'

test.beforeEach(({ apis }) => {
  for (const { port } of Object.values(apis)) appendFileSync('ports.log', port + '\\n')
})
`

/** A Vitest config with the plugin; options are source text of the `test` option. */
export function config(options = '', plugin = `mockberth('./mocks.ts')`): string {
  return `
import { defineConfig } from 'vitest/config'
import { mockberth } from 'mockberth/vitest/plugin'

export default defineConfig({ plugins: [${plugin}], test: { ${options} } })
`
}

/** A project with the declaration above, and the plugin in its config. */
export function pluginProject(
  files: Readonly<Record<string, string>>,
  options = '',
  setupFiles: readonly string[] = [],
): Project {
  const all = JSON.stringify([...setupFiles, './remember-port.ts'])
  return createProject({
    'mocks.ts': MOCKS,
    'mock-test.ts': MOCK_TEST,
    'remember-port.ts': REMEMBER_PORT,
    'vitest.config.ts': config(`setupFiles: ${all}, ${options}`),
    ...files,
  })
}

/** A project with the declaration above, whose tests use `mockTest` without the plugin. */
export function pluginlessProject(files: Readonly<Record<string, string>>): Project {
  return createProject({
    'mocks.ts': MOCKS,
    'mock-test.ts': MOCK_TEST + REMEMBER_PORT_OF_TEST,
    'vitest.config.ts': 'export default {}',
    ...files,
  })
}

/** Where the sets of a project's runs listened, in the order in which they began. */
export function portsOfRun(project: Project): number[] {
  return readFileSync(join(project.folder, 'ports.log'), 'utf8').trim().split('\n').map(Number)
}

/** Those of them on which something still listens. */
export function portsLeft(project: Project): number[] {
  const listening = listeningPorts()
  return portsOfRun(project).filter((port) => listening.has(port))
}

declare module 'vitest' {
  // oxlint-disable-next-line no-unused-vars -- the declaration that it is merged with has both
  interface Matchers<R, T> {
    /** What Vitest's summary says about tests (`1 failed | 2 passed (3)`), and its exit code. */
    toHaveEnded(tests: string, exitCode: 0 | 1): R
  }
}

expect.extend({
  toHaveEnded({ code, output }: Ended, tests: string, exitCode: 0 | 1) {
    const actual = { tests: output.match(/^ +Tests +(.+)$/m)?.[1], code }
    return {
      pass: actual.tests === tests && code === exitCode,
      message: () => `the run did not end with ${tests} and ${exitCode}:\n${output}`,
      actual,
      expected: { tests, code: exitCode },
    }
  },
})

/** The line with which a failed test says how its traffic is served again. */
export function servingLine(
  file: string,
  whose = 'its traffic',
  folder = '.vitest/attachments',
): string {
  return `Serve ${whose} again: npx mockberth replay ${folder}/mockberth/${file}`
}

/** A text in which every mock has the same port. */
export function withoutPorts(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
}

/**
 * What is printed between a failed test's name and the next ruler, without the space around it and
 * without ports.
 */
export function failureOf({ errors }: Ended, name: string): string {
  const [, rest] = errors.split(` FAIL  ${name}\n`)
  assert(rest !== undefined, `there is no failure of ${name}:\n${errors}`)
  return withoutPorts(rest.split(/^⎯+/m)[0]!.trim())
}
