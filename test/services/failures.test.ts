import { existsSync, readdirSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { defineMocks, type MockberthError, type ServiceDefinition } from '../../src/index.ts'
import { createFolder } from '../support/har.ts'

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

const ZERO = 'its output tells port 0, which PORT asks for, and not the port that it got'

test.for([
  ['port 0', /port (?<port>\d+)/, ZERO],
  ['at http://localhost:0/base', /at (?<url>\S+)/, ZERO],
  [
    'port 70000',
    /port (?<port>\d+)/,
    'its output matches /port (?<port>\\d+)/, which tells no port.',
  ],
] as const)('one that prints a wrong port: %s', async ([line, output, text]) => {
  const { code, message } = await failure({
    command: `echo ${line}; exec sleep 60`,
    port: false,
    ready: { output },
    timeout: 300,
  })
  expect(code).toBe('PROCESS_NOT_READY')
  expect(message).toContain(`the service db was not ready within 300 ms: ${text}`)
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

test('an env that cannot be made of where it is: nothing of it is left', async () => {
  const temporary = await createFolder()
  vi.stubEnv('TMPDIR', temporary)
  onTestFinished(() => void vi.unstubAllEnvs())
  const sample = '/data'
  const env = {
    STORE: ({ data }: { readonly data: string }) => {
      if (data !== sample) throw new Error('no such store')
      return data
    },
  }
  await expect(defineMocks({}, { services: { store: { env } } }).start()).rejects.toThrow(
    'the service store: the function for STORE in env threw; mend it, it is called at each start: no such store',
  )
  expect(readdirSync(temporary)).toEqual([])
})

test('a folder for temporary files that is not there', async () => {
  vi.stubEnv('TMPDIR', '/no/such/folder')
  onTestFinished(() => void vi.unstubAllEnvs())
  await expect(defineMocks({}, { services: { db: {} } }).start({ env: false })).rejects.toThrow(
    'no folder for the data of services can be made in /no/such/folder: ENOENT. Set TMPDIR to a folder in which files can be made.',
  )
})

test.for([
  [
    'a URL in a URL',
    { url: 'db://{url}' },
    'INVALID_OPTION',
    /^the service db: url has \{url\}; it takes \{port\} and \{data\}, its own and those of other services\.$/,
  ],
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
    /^the service db names \{port\}, but it has no command, and so no port\. Name \{data\} in its place\.$/,
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

test('of a declaration that names what there is not, nothing is started', async () => {
  const root = await createFolder()
  const mocks = defineMocks(
    {},
    {
      services: {
        db: { command: node(`require('node:fs').writeFileSync('started', ''); ${LISTEN}`) },
        files: { url: 'file:{port}' },
      },
    },
  )
  await expect(mocks.start({ root, env: false })).rejects.toThrow(
    'the service files names {port}, but it has no command',
  )
  expect(existsSync(join(root, 'started'))).toBe(false)
})
