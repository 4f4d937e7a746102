import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { startRealApi, type RealApi } from '../responders/real-api.ts'
import { createProject, type Project } from '../support/project.ts'
import { blockWith, filesOf, proveBlocks } from './blocks.ts'
import { runShell } from './shell.ts'

const PAGE = 'docs/recordings.md'
const RECORDING = 'fixtures/recordings/openai.har'
const RECORD = blockWith(PAGE, 'MOCKBERTH_MODE=record')

/** A project with the declaration of the page, whose test asks for models by number. */
function projectAsking(real: RealApi, models: readonly number[]): Project {
  const declared = blockWith(PAGE, `recording: '${RECORDING}'`)
  return createProject({
    'fixtures/mocks.ts': declared.replace('https://api.openai.com', real.url),
    'vitest.config.ts': filesOf('README.md')['vitest.config.ts']!,
    ...asking(models),
  })
}

const asking = (models: readonly number[]): Record<string, string> => ({
  'models.test.ts': `
import { expect, test } from 'vitest'

test('lists models', async () => {
  for (const model of ${JSON.stringify(models)}) {
    expect((await fetch(process.env.OPENAI_BASE_URL + '/models/' + model)).status).toBe(200)
  }
})`,
})

/** A real API that says something else of the first model each time. */
const startModels = (): Promise<RealApi> => {
  let time = 0
  return startRealApi(({ target }, outgoing) => {
    outgoing.setHeader('content-type', 'application/json')
    outgoing.end(target.endsWith('/11') ? `{"time":${(time += 1)}}` : '{}')
  })
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

const entriesIn = ({ folder }: Project): { request: { url: string } }[] =>
  JSON.parse(readFileSync(join(folder, RECORDING), 'utf8')).log.entries

proveBlocks('docs/recordings.md', {
  async 'MOCKBERTH_MODE=record npx vitest run'(text) {
    const project = projectAsking(await startModels(), [1, 2])
    const { code } = await runShell(project, text)
    expect(entriesIn(project)).toHaveLength(2)
    expect(code).toBe(0)
  },
  async 'mockberth: fixtures/recordings/openai.har'(text) {
    const project = projectAsking(await startModels(), range(11, 24))
    await runShell(project, RECORD)
    project.write(asking([...range(11, 18), ...range(20, 26)]))
    const { output } = await runShell(project, RECORD)
    expect(output).toContain(text)
  },
  async 'npx mockberth prune -- npx vitest run'(text) {
    const project = projectAsking(await startModels(), [1, 2, 3])
    await runShell(project, RECORD)
    project.write(asking([1, 3]))
    const { code } = await runShell(project, text)
    expect(entriesIn(project).map(({ request }) => request.url.at(-1))).toEqual(['1', '3'])
    expect(code).toBe(0)
  },
  async 'npx mockberth check fixtures/recordings/*.har'(text) {
    const project = projectAsking(await startModels(), [1])
    await runShell(project, RECORD)
    const { code } = await runShell(project, text)
    expect(code).toBe(0)
    const har = readFileSync(join(project.folder, RECORDING), 'utf8')
    project.write({
      'fixtures/recordings/other.har': har.replace('/1"', `/1?token=ghp_${'a1B2'.repeat(9)}"`),
    })
    const { code: found, output } = await runShell(project, text)
    expect(output).toContain('other.har')
    expect(found).toBe(1)
  },
})
