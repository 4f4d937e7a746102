import { existsSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { defineMocks, type MockberthError, type ServiceDefinition } from '../../src/index.ts'
import { createFolder } from '../support/har.ts'
import { failureOf } from '../vitest/vitest-project.ts'
import {
  environmentOf,
  nothingLeft,
  rowsTests,
  serviceProject,
  startsOf,
  vitestConfig,
} from './service-project.ts'

/** What a start of a service fails with; ports and folders have one name each. */
async function failure(db: ServiceDefinition): Promise<{ code: string; message: string }> {
  const root = await createFolder()
  const error = await defineMocks({}, { services: { db } })
    .start({ root, env: false })
    .then(
      () => expect.unreachable('it has started'),
      (thrown: unknown) => thrown as MockberthError,
    )
  const message = error.message
    .replaceAll(root, '/project')
    .replaceAll(/\/\S*\/mockberth-services-[^/]+\/1/g, '/services')
    .replaceAll(/\b[1-9]\d{3,4}\b(?= |\n|,|\.|"|'|\}|$)/g, '23456')
  return { code: error.code, message }
}

const node = (script: string): readonly [string, ...string[]] => [process.execPath, '-e', script]

const LISTEN = 'require("node:net").createServer().listen(process.env.PORT, "127.0.0.1")'

test('a command that is not there', async () => {
  expect(await failure({ command: ['no-such-server', '--data={data}'] })).toEqual({
    code: 'PROCESS_NOT_STARTED',
    message:
      'the service db: `no-such-server` cannot be started in /project: there is no such program. command takes a program that is on the PATH, or the path of one.',
  })
})

test('one that ends at once: how, and the last that it printed', async () => {
  expect(await failure({ command: 'echo "{data} is of another version" >&2; exit 4' })).toEqual({
    code: 'PROCESS_ENDED',
    message: `the service db ended with exit code 4 before it was ready. Its output says why; mend that, or its command.

Command: echo "/services/db is of another version" >&2; exit 4
Folder: /project
Port: 23456

The last of its output:
  /services/db is of another version`,
  })
})

test('one that is never ready', async () => {
  const { code, message } = await failure({ command: 'echo starting; exec sleep 60', timeout: 300 })
  expect(code).toBe('PROCESS_NOT_READY')
  expect(message)
    .toBe(`the service db was not ready within 300 ms: it does not listen on port 23456. Let it take its port from PORT, or from {port} in its command or environment, or give it more time (timeout).

Command: echo starting; exec sleep 60
Folder: /project
Port: 23456

The last of its output:
  starting`)
})

test('one that prints a wrong port', async () => {
  const ready = { output: /port (?<port>\d+)/ }
  const { code, message } = await failure({
    command: 'echo port 0; exec sleep 60',
    port: false,
    ready,
    timeout: 300,
  })
  expect(code).toBe('PROCESS_NOT_READY')
  expect(message).toContain(
    'the service db was not ready within 300 ms: its output matches /port (?<port>\\d+)/, which tells no port.',
  )
})

test('one that listens elsewhere', async () => {
  const script = LISTEN.replace('process.env.PORT', '0')
  const { message } = await failure({ command: node(script), timeout: 2000 })
  expect(message).toContain(
    'it does not listen on port 23456, but on 23456. Let it take its port from PORT',
  )
})

test('a port that somebody else has: who', async () => {
  const server = net.createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as net.AddressInfo
  const { code, message } = await failure({ command: node(LISTEN), port })
  expect(code).toBe('PORT_TAKEN')
  expect(message).toMatch(
    /^the service db: port \d+ is in use by .+\(pid \d+\)\. End that, or leave out port to get a free one\.$/,
  )
})

test('data that another process has locked', async () => {
  const locked = await createFolder()
  const command = `mkdir ${locked}/lock && exec ${process.execPath} -e '${LISTEN}'`
  const first = await defineMocks({}, { services: { db: { command } } }).start({ env: false })
  onTestFinished(() => first.stop())
  const { code, message } = await failure({ command })
  expect(code).toBe('PROCESS_ENDED')
  expect(message).toMatch(/The last of its output:\n {2}mkdir: .*exists$/i)
})

test('several: when one fails, the others are ended', async () => {
  const folder = await createFolder()
  const mocks = defineMocks(
    {},
    {
      services: {
        good: { command: `echo $$ > ${folder}/good; exec ${process.execPath} -e '${LISTEN}'` },
        bad: { command: `until [ -e ${folder}/good ]; do sleep 0.05; done; exit 3` },
      },
    },
  )
  await expect(mocks.start({ env: false })).rejects.toThrow(
    'the service bad ended with exit code 3 before it was ready.',
  )
  expect(existsSync(join(folder, 'good'))).toBe(true)
})

test.for([
  [
    'a template that is not there',
    { data: 'no-such-folder' },
    'SERVICE_DATA_UNUSABLE',
    /^the service db: data names \/project\/no-such-folder, which cannot be copied: ENOENT.*\. It takes the path of a folder, from the package of the declaration on\.$/,
  ],
  [
    'a service in a placeholder that is not declared',
    { command: 'server {cache.port}' },
    'INVALID_OPTION',
    /^the service db names \{cache\.port\}, but no service of that name is declared; there are db\.$/,
  ],
  [
    'the port of a service that has none',
    { url: 'db://127.0.0.1:{port}' },
    'INVALID_OPTION',
    /^the service db: url has \{port\}, but it has no command, and so no port\. Name \{data\} in its place\.$/,
  ],
  [
    'a setup that throws',
    { setup: () => Promise.reject(new Error('no table users')) },
    'SERVICE_SETUP_FAILED',
    /^the service db: setup failed; mend it: no table users$/,
  ],
  [
    'a setup that does not end',
    { setup: () => new Promise(() => {}), timeout: 100 },
    'SERVICE_SETUP_FAILED',
    /^the service db: setup was not done within 100 ms; mend what keeps it, or give it more time \(timeout\)\.$/,
  ],
] as const)('%s', async ([, options, code, message]) => {
  const failed = await failure(options)
  expect(failed.code).toBe(code)
  expect(failed.message).toMatch(message)
})

test('in Vitest, what cannot start is started once, and each file says why', async () => {
  const project = serviceProject(
    { ...rowsTests(3), ...vitestConfig('maxWorkers: 1') },
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
})

test('in Vitest, what cannot be set up is set up once, and the error has its place', async () => {
  const project = serviceProject(
    { ...rowsTests(2), ...vitestConfig('maxWorkers: 1') },
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
})

test('a reset that fails, fails the test, and one that hangs, too', async () => {
  const project = serviceProject(
    {
      'a.test.ts': `
import { test } from './mock-test.ts'

test('one', () => {})
test('two', () => {})
`,
      ...vitestConfig('maxWorkers: 1'),
    },
    `timeout: 2000, reset: (service) => {
      service.resets = (service.resets ?? 0) + 1
      if (service.resets === 1) throw new Error('no such table')
      return new Promise(() => {})
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

test('one that dies while a test uses it is named, and the next file has a new one', async () => {
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
    ...vitestConfig('maxWorkers: 1'),
  })
  const ended = await project.run('vitest', ['run'], environmentOf(project))
  expect(ended).toHaveEnded('1 failed | 2 passed (3)', 1)
  expect(failureOf(ended, 'a.test.ts > kills it')).toMatch(
    /^MockberthError: the service db ended with exit code 7 while it was in use\.[\s\S]*The last of its output:\n {2}ready for connections/,
  )
  expect(startsOf(project)).toHaveLength(2)
  await nothingLeft(project)
})
