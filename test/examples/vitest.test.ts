import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { unpackInto } from '../../scripts/unpack.ts'
import { createProject } from '../support/project.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const example = join(root, 'examples/vitest')

const TABLE_ROW =
  /^(?:(?<file>\S+\.test\.ts) +process (?<pid>\d+)| +) +(?<api>\w+) +http:\/\/127\.0\.0\.1:(?<port>\d+) +(?<requests>\d+) +\d+ ms$/gm

beforeAll(() => unpackInto(example))

test('the example passes, and prints nothing but its results', async () => {
  const { code, output } = await createProject({}).run('vitest', ['run', '--root', example])

  expect(output).toMatch(/Test Files {2}6 passed \(6\)/)
  expect(output).toMatch(/Tests {2}23 passed \(23\)/)
  expect(output).not.toMatch(/stdout \||stderr \||warn|error|mockberth:/i)
  expect(code).toBe(0)
})

test('the demo shows the workers of the example, each with ports of its own, and its tests', async () => {
  const { code, output } = await createProject({}).run('node', [join(root, 'scripts/demo.ts')])

  const rows = [...output.matchAll(TABLE_ROW)].map(({ groups }) => groups!)
  const workers = rows.filter(({ file }) => file !== undefined)
  expect(workers.map(({ file }) => file)).toEqual([
    'test/assistant.test.ts',
    'test/checkout.test.ts',
    'test/orders.test.ts',
    'test/outage.test.ts',
    'test/prices.test.ts',
    'test/profile.test.ts',
  ])
  expect(new Set(workers.map(({ pid }) => pid)).size).toBe(workers.length)
  expect(new Set(rows.map(({ port }) => port)).size).toBe(rows.length)
  expect(new Set(rows.map(({ api }) => api))).toEqual(
    new Set(['github', 'stripe', 'openai', 'orders', 'rates']),
  )
  const requests = rows.reduce((sum, row) => sum + Number(row.requests), 0)
  expect(output).toMatch(/^6 workers, up to [2-6] at once, ran 30 servers on 30 different ports, /m)
  expect(output).toContain(`which got ${requests} requests.\n`)
  expect(output.match(/^passed {2}\S/gm)).toHaveLength(23)
  expect(output).toMatch(/^23 of 23 tests passed, in \d+\.\d s\.$/m)
  expect(output).toMatch(/^Nothing is left listening \(.+\)\.$/m)
  expect(code).toBe(0)
})

test('the example is well typed, with the strictest options that its users may have', async () => {
  const strictest = [
    '--exactOptionalPropertyTypes',
    '--noImplicitReturns',
    '--verbatimModuleSyntax',
  ]
  const { code, output } = await createProject({}).run('tsc', ['-p', example, ...strictest])

  expect(output).toBe('')
  expect(code).toBe(0)
})

test('the example asks for the version of mockberth that is beside it', () => {
  const { version } = packageOf(root)

  expect(packageOf(example).devDependencies.mockberth).toBe(`^${version}`)
  const installed = join(example, 'node_modules/mockberth')
  expect(lstatSync(installed).isDirectory()).toBe(true)
  expect(packageOf(installed).version).toBe(version)
})

function packageOf(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
