import { chmodSync, cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { startRealApi } from '../responders/real-api.ts'
import { createProject, type Project } from './project.ts'

const NPX = 'node_modules/.bin'
/** What is recorded, in each checkout. */
export const RECORDING = 'fixtures/recordings/payments.har'

const mocks = (upstream: string): string => `
import { appendFileSync } from 'node:fs'
import { defineMocks } from 'mockberth'

appendFileSync('loaded.log', 'loaded\\n')
export default defineMocks({
  payments: { env: 'PAYMENTS_API_URL', upstream: '${upstream}', recording: '${RECORDING}' },
})
`

const ask = `await (await fetch(process.env.PAYMENTS_API_URL + path)).text()`

/** What differs between the runners. */
export const RUNNERS = {
  vitest: {
    program: 'vitest/vitest.mjs',
    args: ['run'],
    files: {
      'vitest.config.ts': `
import { mockberth } from 'mockberth/vitest/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({ plugins: [mockberth('./fixtures/mocks.ts')] })`,
      'test/test.ts': `
import { mockTest } from 'mockberth/vitest'
import mocks from '../fixtures/mocks.ts'

export { expect } from 'vitest'
export const test = mockTest(mocks)`,
    },
    fileOf: (word: string) => `test/${word}.test.ts`,
  },
  playwright: {
    program: '@playwright/test/cli.js',
    args: ['test'],
    files: {
      'test/test.ts': `
import { mockTest } from 'mockberth/playwright'
import mocks from '../fixtures/mocks.ts'

export { expect } from 'mockberth/playwright'
export const test = mockTest(mocks)`,
    },
    fileOf: (word: string) => `test/${word}.spec.ts`,
  },
} as const

type Runner = keyof typeof RUNNERS

/** A test that asks for a word. */
export const asking = (word: string, expected: string = `said /${word}`): string => `
import { expect, test } from './test.ts'

const path = '/${word}'
test('asks for ${word}', async ({ apis }) => {
  expect(apis.payments.url).toBe(process.env.PAYMENTS_API_URL)
  expect(${ask}).toBe('${expected}')
})`

interface Repository {
  /** What the real API says from now on, by path. */
  say(answers: Readonly<Record<string, string>>): void
  /** How often it was asked. */
  asked(): number
  /** The one in which was recorded what is committed. */
  readonly main: Project
  /** Another with what is committed, and with tests of these words. */
  checkout(tests: Readonly<Record<string, string>>): Project
}

/** A repository in which a recording of these words is committed, and more files. */
export async function startRepository(
  runner: Runner,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Repository> {
  let answers: Readonly<Record<string, string>> = {}
  const real = await startRealApi(({ target }, outgoing) => {
    outgoing.setHeader('content-type', 'text/plain')
    outgoing.end(answers[target] ?? `said ${target}`)
  })
  const { files, program, args, fileOf } = RUNNERS[runner]
  const open = (tests: Readonly<Record<string, string>>): Project => {
    const project = createProject({
      ...files,
      ...more,
      'fixtures/mocks.ts': mocks(real.url),
      [`${NPX}/${runner}`]: launching(program),
      [`${NPX}/mockberth`]: launching('mockberth/dist/cli/index.js', '.projects/'),
      ...Object.fromEntries(Object.entries(tests).map(([word, text]) => [fileOf(word), text])),
    })
    for (const name of [runner, 'mockberth']) chmodSync(join(project.folder, NPX, name), 0o755)
    return project
  }
  const main = open(Object.fromEntries(words.map((word) => [word, asking(word)])))
  const ended = await main.run(runner, args, { MOCKBERTH_MODE: 'record' })
  expect(ended.errors).toContain(`${words.length} added, 0 replaced\n`)
  return {
    main,
    say: (next) => {
      answers = next
    },
    asked: () => real.asked.length,
    checkout(tests) {
      const project = open(tests)
      cpSync(join(main.folder, RECORDING), join(project.folder, RECORDING))
      return project
    },
  }
}

/** What npm installs for npx to find. */
function launching(program: string, under = ''): string {
  const file = fileURLToPath(new URL(`../../${under}node_modules/${program}`, import.meta.url))
  return `#!/bin/sh\nexec '${process.execPath}' '${file}' "$@"\n`
}
