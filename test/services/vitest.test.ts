import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environmentOf } from '../cli/declared-project.ts'
import { endsWithMain, pidOfWorker } from './workers.ts'
import {
  foldersOf,
  nothingLeft,
  rowsTests,
  serviceProject,
  setupsOf,
  startsOf,
  vitestConfig,
} from './service-project.ts'

test.for(['forks', 'threads', 'vmForks', 'vmThreads'])(
  '4 workers x 8 files (%s): at most 4 databases, each set up once, no row of another, nothing left',
  async (pool) => {
    const project = serviceProject({
      ...rowsTests(8),
      ...vitestConfig(`maxWorkers: 4, pool: '${pool}'`),
    })
    const ended = await project.run('vitest', ['run'], environmentOf(project))
    expect(ended).toHaveEnded('16 passed (16)', 0)
    expect(ended.output).not.toContain('mockberth')
    expect(startsOf(project).length).toBeGreaterThan(0)
    expect(startsOf(project).length).toBeLessThanOrEqual(4)
    expect(new Set(setupsOf(project)).size).toBe(startsOf(project).length)
    expect(setupsOf(project)).toHaveLength(startsOf(project).length)
    await nothingLeft(project)
  },
)

test('without isolation, a worker keeps its database from file to file', async () => {
  const project = serviceProject({
    ...rowsTests(4),
    ...vitestConfig('maxWorkers: 1, isolate: false'),
  })
  const ended = await project.run('vitest', ['run'], environmentOf(project))
  expect(ended).toHaveEnded('8 passed (8)', 0)
  expect(startsOf(project)).toHaveLength(1)
  await nothingLeft(project)
})

test('without the plugin, each file has a database, which ends with it', async () => {
  const atImport = 'const atImport = process.env.DATABASE_URL'
  const files = Object.entries(rowsTests(2)).map(([name, text]) => [
    name,
    text.replace(atImport, '').replace('expect(atImport).toBe(services.db.url)', ''),
  ])
  const project = serviceProject({
    ...Object.fromEntries(files),
    'vitest.config.ts': 'export default { test: { maxWorkers: 1 } }',
  })
  const ended = await project.run('vitest', ['run'], environmentOf(project))
  expect(ended).toHaveEnded('4 passed (4)', 0)
  expect(startsOf(project)).toHaveLength(2)
  await nothingLeft(project)
})

test('tests that run at once share their rows, which are as new for the first of them', async () => {
  const project = serviceProject(
    {
      'a.test.ts': `
import { expect } from 'vitest'
import { ask } from './client.js'
import { test } from './mock-test.ts'

test.concurrent.for([1, 2, 3, 4, 5])('has its row %i', async (number) => {
  await ask('set row-' + number + ' here')
  await expect.poll(() => ask('keys')).toBe('migrated,row-1,row-2,row-3,row-4,row-5')
})
test('begins anew', async () => {
  expect(await ask('keys')).toBe('migrated')
})
`,
      ...vitestConfig('maxWorkers: 1'),
    },
    // Each takes another time.
    `async reset({ url }) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100))
      appendFileSync('resets.log', 'x')
      await ask('clear', url)
    },`,
  )
  const ended = await project.run('vitest', ['run'], environmentOf(project))
  expect(ended).toHaveEnded('6 passed (6)', 0)
  // After setup, before the five, before the last.
  expect(readFileSync(join(project.folder, 'resets.log'), 'utf8')).toBe('xxx')
})

test('tests that fail leave nothing, and take nothing from those after them', async () => {
  const project = serviceProject({
    'a.test.ts': `
import { ask } from './client.js'
import { test } from './mock-test.ts'

test('fails', async () => {
  await ask('set row 1')
  throw new Error('on purpose')
})
`,
    ...rowsTests(1),
    ...vitestConfig('maxWorkers: 1'),
  })
  const ended = await project.run('vitest', ['run'], environmentOf(project))
  expect(ended).toHaveEnded('1 failed | 2 passed (3)', 1)
  expect(startsOf(project)).toHaveLength(1)
  await nothingLeft(project)
})

test('in watch mode each run has databases of its own, which end with it', async () => {
  const project = serviceProject({ ...rowsTests(2), ...vitestConfig('maxWorkers: 1') })
  const running = project.start('vitest', ['--watch'], environmentOf(project))
  await running.printed(/Waiting for file changes/)
  expect(startsOf(project)).toHaveLength(1)
  await nothingIsUp(project)
  const [text] = Object.values(rowsTests(1))
  project.write({ 'rows-1.test.ts': `${text}\n` })
  await running.printed(/Waiting for file changes[\s\S]*Waiting for file changes/)
  expect(startsOf(project)).toHaveLength(2)
  expect(running.output()).toMatch(/Tests {2}4 passed[\s\S]*Tests {2}2 passed/)
  await nothingIsUp(project)
  running.child.kill('SIGINT')
  await running.ended
  await nothingLeft(project)
})

async function nothingIsUp(project: Parameters<typeof foldersOf>[0]): Promise<void> {
  await expect.poll(() => foldersOf(project)).toEqual([])
}

/** A test that is in the middle of something when it says so. */
const HANGING = `
import { existsSync, writeFileSync } from 'node:fs'
import { ask } from './client.js'
import { test } from './mock-test.ts'

test('hangs', { timeout: 0, retry: 0 }, async () => {
  await ask('set row 1')
  if (existsSync('worker.pid')) return
  writeFileSync('worker.pid', String(process.pid))
  await new Promise(() => {})
})
`

test.for([
  ['SIGINT', 130],
  ['SIGKILL', null],
] as const)('%s of the main process leaves nothing', async ([signal, code]) => {
  const project = serviceProject({
    'a.test.ts': HANGING,
    ...vitestConfig('maxWorkers: 2, watch: false, teardownTimeout: 1000'),
  })
  expect.hasAssertions()
  const running = project.start('vitest', ['run'], environmentOf(project))
  await endsWithMain(project, running, signal, code)
})

test('after SIGKILL of a worker, the next file of its slot has its database', async () => {
  const project = serviceProject({
    'a.test.ts': HANGING,
    ...rowsTests(2),
    ...vitestConfig('maxWorkers: 1, fileParallelism: false'),
  })
  const running = project.start('vitest', ['run'], environmentOf(project))
  process.kill(await pidOfWorker(project), 'SIGKILL')
  const ended = await running.ended
  expect(ended.output).toMatch(/Tests {2}4 passed/)
  expect(ended.code).toBe(1)
  expect(startsOf(project)).toHaveLength(1)
  await nothingLeft(project)
})
