import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createProject } from '../support/project.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What its users may have switched on. */
const STRICTEST = ['--exactOptionalPropertyTypes', '--noImplicitReturns', '--verbatimModuleSyntax']

describe.for(readdirSync(join(root, 'examples')))('the example %s', (name) => {
  const example = join(root, 'examples', name)

  test('is well typed, with the strictest options that its users may have', async () => {
    const { code, output } = await createProject({}).run('tsc', ['-p', example, ...STRICTEST])

    expect(output).toBe('')
    expect(code).toBe(0)
  })

  test('asks for the version of mockberth that is beside it', () => {
    const { version } = packageOf(root)

    expect(packageOf(example).devDependencies.mockberth).toBe(`^${version}`)
  })
})

function packageOf(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
