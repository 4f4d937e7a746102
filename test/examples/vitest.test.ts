import { execFile } from 'node:child_process'
import { cpSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { unpackInto } from '../../scripts/unpack.ts'
import { ownPort } from '../support/own-port.ts'
import { createProject, projectsFolder } from '../support/project.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const example = join(root, 'examples/vitest')

const TABLE_ROW =
  /^(?:(?<file>\S+\.test\.ts) +process (?<pid>\d+)| +) +(?<api>\w+) +http:\/\/127\.0\.0\.1:(?<port>\d+) +(?<requests>\d+) +\d+ ms$/gm

beforeAll(() => unpackInto(example))

test('the example passes, and prints nothing but its results', async () => {
  const { code, output } = await createProject({}).run('vitest', ['run', '--root', example])

  expect(output).toMatch(/Test Files {2}7 passed \(7\)/)
  expect(output).toMatch(/Tests {2}25 passed \(25\)/)
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
    'test/products.test.ts',
    'test/profile.test.ts',
  ])
  expect(new Set(workers.map(({ pid }) => pid)).size).toBe(workers.length)
  expect(new Set(rows.map(({ api }) => api))).toEqual(
    new Set(['github', 'stripe', 'openai', 'orders', 'rates', 'products']),
  )
  const requests = rows.reduce((sum, row) => sum + Number(row.requests), 0)
  const heading = /^7 workers, up to [2-7] at once, ran 42 servers on (\d+) different ports, /m
  // A worker may get a port that one before it had.
  const ports = Number(output.match(heading)?.[1])
  expect(ports).toBeGreaterThan(30)
  expect(ports).toBeLessThanOrEqual(42)
  expect(output).toContain(`which got ${requests} requests.\n`)
  expect(output.match(/^passed {2}\S/gm)).toHaveLength(25)
  expect(output).toMatch(/^25 of 25 tests passed, in \d+\.\d s\.$/m)
  expect(output).toMatch(/^Nothing is left listening \(.+\)\.$/m)
  expect(code).toBe(0)
})

/** The example in a folder of its own, with a real products API at a port of its own. */
async function copyToRecord(onTestFinished: (end: () => void) => void): Promise<string> {
  const copy = mkdtempSync(join(projectsFolder, 'example-'))
  onTestFinished(() => rmSync(copy, { recursive: true }))
  cpSync(example, copy, { recursive: true, filter: (path) => !path.includes('node_modules') })
  const port = await ownPort()
  for (const name of [
    'fixtures/mocks.ts',
    'scripts/record.js',
    'fixtures/recordings/products.har',
  ]) {
    const path = join(copy, name)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('4400', String(port)))
  }
  return copy
}

function told(entries: any[]): unknown[] {
  return entries.map(({ request, response }) => [
    request.method,
    request.url,
    request.postData?.text,
    response.status,
    response.content.text,
  ])
}

test('the recording of the example is what its script records', async ({ onTestFinished }) => {
  const copy = await copyToRecord(onTestFinished)
  const file = join(copy, 'fixtures/recordings/products.har')
  const record = async (): Promise<any[]> => {
    const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH}`
    const run = promisify(execFile)(process.execPath, ['scripts/record.js'], {
      cwd: copy,
      env: { ...process.env, CI: '', PATH: path },
    })
    const { stdout } = await run
    expect(stdout).toMatch(/Tests .*2 passed/)
    return JSON.parse(readFileSync(file, 'utf8')).log.entries
  }
  const kept = readFileSync(file, 'utf8')
  await record()
  expect(readFileSync(file, 'utf8')).toBe(kept)

  rmSync(file)
  expect(told(await record())).toEqual(told(JSON.parse(kept).log.entries))
  expect(readFileSync(file, 'utf8')).not.toContain('3f9a1c7e5b2d')
})

test('the example has the mockberth that is beside it, as a package', () => {
  const installed = join(example, 'node_modules/mockberth')
  expect(lstatSync(installed).isDirectory()).toBe(true)
  expect(packageOf(installed).version).toBe(packageOf(root).version)
})

function packageOf(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
