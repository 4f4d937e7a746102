import { expect, test } from 'vitest'
import { pluginProject, portsLeft, portsOfRun } from './vitest-project.ts'

const FILES = {
  'src/client.ts': `
export const fromProcess = process.env.USERS_API_URL
export const fromMeta = import.meta.env.USERS_API_URL
`,
  'setup.ts': `
import { fromMeta, fromProcess } from './src/client.ts'

globalThis.seenBySetupFile = [
  process.env.USERS_API_URL,
  import.meta.env.USERS_API_URL,
  fromProcess,
  fromMeta,
]
`,
  'env.test.ts': `
import { expect, test } from 'vitest'
import { fromMeta, fromProcess } from './src/client.ts'

const fromFile = process.env.USERS_API_URL

test.for([1, 2])('test number %i sees what modules saw at import', () => {
  const url = process.env.USERS_API_URL
  expect(url).toMatch(/^http:\\/\\/127\\.0\\.0\\.1:\\d+$/)
  expect(import.meta.env.USERS_API_URL).toBe(url)
  expect([fromProcess, fromMeta, fromFile]).toEqual([url, url, url])
  expect(globalThis.seenBySetupFile).toEqual([url, url, url, url])
})
`,
}

test.for([
  ['as Vitest comes', ''],
  ['with setup files in parallel', `sequence: { setupFiles: 'parallel' }`],
  ['with unstubEnvs', 'unstubEnvs: true'],
  ['with every dependency inlined', 'server: { deps: { inline: true } }'],
])(
  'the URL is in process.env and import.meta.env when modules and setup files are evaluated, %s',
  async ([, options]) => {
    const project = pluginProject(FILES, options, ['./setup.ts'])
    expect(await project.run('vitest', ['run'])).toHaveEnded('2 passed (2)', 0)
    expect(portsOfRun(project)).toHaveLength(1)
    expect(portsLeft(project)).toEqual([])
  },
)
