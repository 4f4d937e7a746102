import { expect, test, vi } from 'vitest'
import type { Project, Running } from '../support/project.ts'
import { config, pluginProject, portsLeft, portsOfRun } from './vitest-project.ts'

const mocks = (answer: string): string => `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'
import { word } from './word.ts'

export default defineMocks({
  words: {
    env: 'USERS_API_URL',
    handlers: () => [http.get('/', () => HttpResponse.json('${answer} ' + word))],
  },
})
`

const word = (value: string): string => `export const word = '${value}'`

/** Says what the API answers; it does not import the declaration. */
const SAYING_TEST = `
import { test } from 'vitest'

test('says it', async () => {
  console.log('answer: ' + (await (await fetch(process.env.USERS_API_URL)).json()) + '.')
})
`

function wordsProject(options: string): Project {
  return pluginProject(
    {
      'mocks.ts': mocks('first'),
      'word.ts': word('meow'),
      'a.test.ts': SAYING_TEST,
      'b.test.ts': SAYING_TEST,
    },
    options,
  )
}

/** Waits until both test files have run with this answer, and Vitest waits for the next edit. */
async function bothSaid(vitest: Running, answer: string): Promise<void> {
  await vitest.printed(
    new RegExp(String.raw`(answer: ${answer}\.[\s\S]*){2}Waiting for file changes`),
  )
}

async function failedRuns(vitest: Running, count: number): Promise<void> {
  await vitest.printed(new RegExp(String.raw`(Watching for file changes[\s\S]*){${count}}`))
}

test.for([
  ['forks', ''],
  ['forks without isolation', 'isolate: false'],
  ['threads', `pool: 'threads'`],
  ['vmThreads', `pool: 'vmThreads'`],
])(
  'watch mode (%s): an edit of the declaration or of what it imports runs all tests again with it',
  async ([, options]) => {
    const project = wordsProject(options!)
    const vitest = project.start('vitest', ['--watch'])
    await bothSaid(vitest, 'first meow')

    project.write({ 'mocks.ts': mocks('second') })
    await bothSaid(vitest, 'second meow')

    project.write({ 'word.ts': word('woof') })
    await bothSaid(vitest, 'second woof')

    vitest.child.kill('SIGINT')
    expect(await vitest.ended).toMatchObject({ code: 130, signal: null })
    expect(portsOfRun(project)).toHaveLength(6)
    await vi.waitUntil(() => portsLeft(project).length === 0, { timeout: 10_000 })
  },
)

test('watch mode: a declaration that an edit broke shows its error, and a fix brings it back', async () => {
  const project = wordsProject('')
  const vitest = project.start('vitest', ['--watch'])
  await bothSaid(vitest, 'first meow')

  project.write({ 'mocks.ts': mocks('second').replace('export default', 'export const mocks =') })
  await vitest.printed(/mocks\.ts has no default export\. /)
  await failedRuns(vitest, 1)
  project.write({ 'mocks.ts': mocks('third') })
  await bothSaid(vitest, 'third meow')

  project.write({ 'word.ts': `throw new Error('no word for it')` })
  await vitest.printed(/Error: no word for it\n ❯ word\.ts:1:7\n/)
  await failedRuns(vitest, 2)
  project.write({ 'word.ts': word('woof') })
  await bothSaid(vitest, 'third woof')

  project.write({ 'word.ts': 'export const word =' })
  await vitest.printed(/ word\.ts:1:\d+ /)
  await failedRuns(vitest, 3)
  project.write({ 'word.ts': word('moo') })
  await bothSaid(vitest, 'third moo')

  vitest.child.kill('SIGINT')
  expect(await vitest.ended).toMatchObject({ code: 1, signal: null })
})

test('watch mode: a declaration whose path has the characters of a pattern is watched too', async () => {
  const project = wordsProject('')
  const path = './fixtures (of {all})/[words]!.ts'
  project.write({
    'vitest.config.ts': config('', `mockberth(${JSON.stringify(path)})`),
    'fixtures (of {all})/word.ts': word('meow'),
    [path]: mocks('first'),
  })
  const vitest = project.start('vitest', ['--watch'])
  await bothSaid(vitest, 'first meow')

  project.write({ [path]: mocks('second') })
  await bothSaid(vitest, 'second meow')

  vitest.child.kill('SIGINT')
  expect(await vitest.ended).toMatchObject({ code: 130, signal: null })
})

test('watch mode: after an edit of the Vitest config the mocks are there as before', async () => {
  const project = wordsProject('')
  const vitest = project.start('vitest', ['--watch'])
  await bothSaid(vitest, 'first meow')

  project.write({
    'other-mocks.ts': mocks('other'),
    'vitest.config.ts': config('', `mockberth('./other-mocks.ts')`),
  })
  await bothSaid(vitest, 'other meow')

  project.write({ 'other-mocks.ts': mocks('edited') })
  await bothSaid(vitest, 'edited meow')

  await vi.waitUntil(() => portsLeft(project).length === 0, { timeout: 10_000 })
  expect(portsOfRun(project)).toHaveLength(2)
})
