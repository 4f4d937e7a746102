import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startRealApi, type RealApi } from '../responders/real-api.ts'
import type { Project } from '../support/project.ts'
import { config, pluginProject } from './vitest-project.ts'

const mocks = (upstream: string, options = ''): string => `
import { defineMocks } from 'mockberth'

export default defineMocks({
  words: {
    env: 'USERS_API_URL',
    upstream: '${upstream}',
    recording: 'recordings/words.har',
    ${options}
  },
})
`

/** A test file that asks for paths, each in a test of its own. */
export const asking = (tests: Readonly<Record<string, string>>): string => `
import { expect, test } from 'vitest'

const ask = async (path) => (await fetch(process.env.USERS_API_URL + path)).text()
${Object.entries(tests)
  .map(([name, body]) => `test('${name}', async () => { ${body} })`)
  .join('\n')}
`

/** An upstream that says the path of each request. */
export function startEcho(): Promise<RealApi> {
  return startRealApi(({ target }, outgoing) => outgoing.end(`said ${target}`))
}

export function recordingProject(
  real: RealApi,
  files: Readonly<Record<string, string>>,
  options = '',
  vitestOptions = '',
): Project {
  return pluginProject(
    {
      'mocks.ts': mocks(real.url, options),
      'vitest.config.ts': config(vitestOptions),
      ...files,
    },
    vitestOptions,
  )
}

export const RECORD = { MOCKBERTH_MODE: 'record' }

export function recorded(project: Project): string[] {
  const text = readFileSync(join(project.folder, 'recordings/words.har'), 'utf8')
  return JSON.parse(text).log.entries.map(
    ({ request }: any) => `${request.method} ${new URL(request.url).pathname}`,
  )
}
