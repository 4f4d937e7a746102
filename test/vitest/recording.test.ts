import { expect, test } from 'vitest'
import type { Project, Running } from '../support/project.ts'
import { config, pluginProject } from './vitest-project.ts'

function har(...answers: readonly string[]): string {
  const entries = answers.map((text) => ({
    request: { method: 'GET', url: 'https://words.test/word', headers: [] },
    response: { status: 200, headers: [], content: { mimeType: 'text/plain', text } },
  }))
  return JSON.stringify({ log: { version: '1.2', entries } })
}

const mocks = (recording: string): string => `
import { defineMocks } from 'mockberth'

export default defineMocks({
  words: {
    env: 'USERS_API_URL',
    upstream: 'https://words.test',
    recording: '${recording}',
  },
})
`

const SAYING_TEST = `
import { test } from 'vitest'

const say = async () => (await fetch(process.env.USERS_API_URL + '/word')).text()

test.for([1, 2])('says it (%i)', async () => {
  console.log('answers: ' + (await say()) + ' ' + (await say()) + '.')
})
`

function recordedProject(options = ''): Project {
  return pluginProject(
    {
      'fixtures/mocks.ts': mocks('fixtures/words.har'),
      'fixtures/words.har': har('one', 'two'),
      'vitest.config.ts': config(options, `mockberth('./fixtures/mocks.ts')`),
      'a.test.ts': SAYING_TEST,
      'b.test.ts': SAYING_TEST,
    },
    options,
  )
}

test('a recording is found from the package of its declaration, and starts over in each test', async () => {
  const { code, output } = await recordedProject().run('vitest', ['run'])
  expect(output.match(/answers: one two\./g)).toHaveLength(4)
  expect(code).toBe(0)
})

async function allSaid(vitest: Running, words: string): Promise<void> {
  await vitest.printed(
    new RegExp(String.raw`(answers: ${words}\.[\s\S]*){4}Waiting for file changes`),
  )
}

test.for([
  ['forks', ''],
  ['forks without isolation', 'isolate: false'],
  ['vmThreads', `pool: 'vmThreads'`],
])(
  'watch mode (%s): an edit of the recording runs all tests again with it',
  async ([, options]) => {
    const project = recordedProject(options)
    const vitest = project.start('vitest', ['--watch'])
    await allSaid(vitest, 'one two')
    project.write({ 'fixtures/words.har': har('three', 'four') })
    await allSaid(vitest, 'three four')
    vitest.child.kill('SIGINT')
    const { output } = await vitest.ended
    expect(output.match(/answers: /g)).toHaveLength(8)
  },
)

test.for([
  ['missing', 'fixtures/lost.har', 'RECORDING_MISSING', 'there is no recording '],
  ['no HAR', 'package.json', 'RECORDING_INVALID', 'it has no `log`'],
])('a recording that is %s stops the run with one message', async ([, path, code, reason]) => {
  const project = recordedProject()
  project.write({ 'fixtures/mocks.ts': mocks(path!) })
  const ended = await project.run('vitest', ['run'])
  expect(ended.output.match(/MockberthError/g)).toHaveLength(1)
  expect(ended.output).toContain(reason)
  expect(ended.output).toContain(path)
  expect(ended.output).toMatch(new RegExp(String.raw`code: '?"?${code}`))
  expect(ended.code).toBe(1)
})
