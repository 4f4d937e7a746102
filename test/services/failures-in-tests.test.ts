import { expect, test } from 'vitest'
import { claimPort } from '../../src/ports/claim.ts'
import { environmentOf } from '../cli/declared-project.ts'
import { config, failureOf } from '../vitest/vitest-project.ts'
import {
  nothingLeft,
  rowsTests,
  serviceProject,
  startsOf,
  vitestConfig,
} from './service-project.ts'

const isolations = ['isolate: true', 'isolate: false']

test.for(isolations)(
  'in Vitest, what cannot start is started once, and each file says why (%s)',
  async (isolation) => {
    const project = serviceProject(
      { ...rowsTests(3), ...vitestConfig(`maxWorkers: 1, ${isolation}`) },
      "command: 'echo started >> starts.log; echo no space left; exit 1'",
    )
    const ended = await project.run('vitest', ['run'], environmentOf(project))
    expect(ended.code).toBe(1)
    expect(ended.output).toMatch(/Test Files {2}3 failed \(3\)/)
    // Vitest prints what several files fail with once, under their names.
    expect(ended.errors.replaceAll(/\b\d{5}\b/g, 'PORT')).toContain(
      ` FAIL  rows-1.test.ts [ rows-1.test.ts ]
 FAIL  rows-2.test.ts [ rows-2.test.ts ]
 FAIL  rows-3.test.ts [ rows-3.test.ts ]
MockberthError: the service db ended with exit code 1 before it was ready. Its output says why; mend that, or its command.

Command: echo started >> starts.log; echo no space left; exit 1
Folder: ${project.folder}
Port: PORT

The last of its output:
  no space left
`,
    )
    expect(startsOf(project)).toHaveLength(1)
    await nothingLeft(project)
  },
)

test.for(isolations)(
  'in Vitest, what cannot be set up is set up once, and the error has its place (%s)',
  async (isolation) => {
    const project = serviceProject(
      { ...rowsTests(2), ...vitestConfig(`maxWorkers: 1, ${isolation}`) },
      "async setup() { appendFileSync('setups.log', 'x\\n'); throw new Error('no table users') }",
    )
    const ended = await project.run('vitest', ['run'], environmentOf(project))
    expect(failureOf(ended, 'rows-1.test.ts [ rows-1.test.ts ]')).toMatch(
      /^MockberthError: the service db: setup failed; mend it: no table users\n ❯ .*setup.* mocks\.ts:\d+/,
    )
    expect(failureOf(ended, 'rows-2.test.ts [ rows-2.test.ts ]')).toMatch(
      /^MockberthError: the service db: setup failed; mend it: no table users/,
    )
    expect(startsOf(project)).toHaveLength(1)
    await nothingLeft(project)
  },
)

test.for([
  [
    'a line of its output',
    `command: ['node', '-e', 'process.stdout.write("x".repeat(100000) + "END", () => process.exit(3))'],
     processEnv: { LONG: 'y'.repeat(100000) }`,
    /^MockberthError: the service db ended with exit code 3 before it was ready\.[\s\S]* {2}x+END$/,
  ],
  [
    'the error of its setup',
    "setup() { throw new Error('no table ' + 'x'.repeat(100000) + 'END') }",
    /^MockberthError: the service db: setup failed; mend it: no table x+END/,
  ],
] as const)('in Vitest, %s is told however long it is', async ([, more, message]) => {
  const project = serviceProject({ ...rowsTests(2), ...vitestConfig('maxWorkers: 1') }, more)
  const ended = await project.run('vitest', ['run'], environmentOf(project))
  expect(ended.code).toBe(1)
  // It came over the socket to the second file, whether Vitest prints it once or twice.
  expect(failureOf(ended, 'rows-2.test.ts [ rows-2.test.ts ]')).toMatch(message)
  await nothingLeft(project)
})

test('a reset that fails, fails the test, and one that hangs, too', async () => {
  const project = serviceProject(
    {
      'a.test.ts': `
import { test } from './mock-test.ts'

test('one', () => {})
test('two', () => {})
`,
      ...vitestConfig('maxWorkers: 1, hookTimeout: 500'),
    },
    `timeout: 2000, reset: (service) => {
      service.resets = (service.resets ?? 0) + 1
      if (service.resets === 2) throw new Error('no such table')
      if (service.resets === 3) return new Promise(() => {})
    }`,
  )
  const ended = await project.run('vitest', ['run'], environmentOf(project))
  expect(ended).toHaveEnded('2 failed (2)', 1)
  expect(failureOf(ended, 'a.test.ts > one')).toMatch(
    /^MockberthError: the service db: reset failed; mend it: no such table/,
  )
  expect(failureOf(ended, 'a.test.ts > two')).toMatch(
    /^MockberthError: the service db: reset was not done within 2000 ms; mend what keeps it, or give it more time \(timeout\)\./,
  )
  await nothingLeft(project)
})

test.for(['', ', isolate: false'])(
  'one that dies while a test uses it is named, and the next file has a new one%s',
  async (more) => {
    const project = serviceProject({
      // Vitest begins with the largest file.
      'a.test.ts': `// ${'-'.repeat(2000)}
import { ask } from './client.js'
import { test } from './mock-test.ts'

test('kills it', async () => {
  await ask('die').catch(() => {})
})
`,
      ...rowsTests(1),
      ...vitestConfig(`maxWorkers: 1${more}`),
    })
    const ended = await project.run('vitest', ['run'], environmentOf(project))
    expect(ended).toHaveEnded('1 failed | 2 passed (3)', 1)
    expect(failureOf(ended, 'a.test.ts > kills it')).toMatch(
      /^MockberthError: the service db ended with exit code 7 while it was in use\.[\s\S]*The last of its output:\n {2}ready for connections/,
    )
    expect(startsOf(project)).toHaveLength(2)
    await nothingLeft(project)
  },
)

test('a port that is fixed is for one worker: the others are told so, and it goes on', async () => {
  const { port, release } = await claimPort()
  release()
  const waits = `
import { existsSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { ask } from './client.js'
import { test } from './mock-test.ts'

test('waits for the other', async () => {
  writeFileSync('up', '')
  await expect.poll(() => existsSync('down'), { timeout: 30_000 }).toBe(true)
  expect(await ask('keys')).toBe('migrated')
}, 40_000)
`
  const project = serviceProject(
    {
      'a.test.ts': waits,
      'b.test.ts': waits,
      // It says that one of the two has failed.
      'vitest.config.ts': config('maxWorkers: 2, reporters: ["default", "./down.js"]'),
      'down.js': `
import { writeFileSync } from 'node:fs'

export default class {
  onTestModuleEnd(module) {
    if (module.state() === 'failed') writeFileSync('down', '')
  }
}
`,
    },
    `port: ${port}`,
  )
  const ended = await project.run('vitest', ['run'], environmentOf(project))
  expect(ended).toHaveEnded('1 passed (1)', 1)
  expect(ended.errors).toContain(
    `MockberthError: the service db: port ${port} is in use by that of another worker, and each has its own. Leave out port to get a free one, or have one worker.`,
  )
  await nothingLeft(project)
})

test('a reset may take its own time, whatever hooks have', async () => {
  const project = serviceProject(
    { ...rowsTests(1), ...vitestConfig('maxWorkers: 1, hookTimeout: 300') },
    "reset: ({ url }) => new Promise((resolve) => setTimeout(resolve, 900)).then(() => ask('clear', url))",
  )
  const ended = await project.run('vitest', ['run'], environmentOf(project))
  expect(ended).toHaveEnded('2 passed (2)', 0)
})
