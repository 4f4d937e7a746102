import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { listeningPorts, portsOf } from '../support/listeners.ts'
import { ownTemporaryFolder, portOf, startHubIn, startTestHub, startWorker } from './workers.ts'

const HUB = fileURLToPath(new URL('hub.process.ts', import.meta.url))

/** What a failed start of a worker has. */
interface Failure {
  readonly code: string
  readonly message: string
}

async function failureOf(folder: string, env?: NodeJS.ProcessEnv): Promise<Failure> {
  return startWorker(folder, env).then(
    () => expect.unreachable('it has joined'),
    ({ code, message }) => ({ code, message }),
  )
}

/** Starts a hub in a process that ends when it is killed. */
async function startKilledHub(folder: string): Promise<string> {
  writeFileSync(join(folder, 'package.json'), '{}')
  const child = spawn(process.execPath, [HUB, join(folder, 'mocks.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [file] = await once(child.stdout.setEncoding('utf8'), 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  return String(file).trim()
}

test('only its user can find a hub', async () => {
  const hub = await startTestHub()
  const folder = join(hub.file, '..')
  const modes = [folder, hub.file].map((path) => (statSync(path).mode & 0o777).toString(8))
  expect(modes).toEqual(['700', '600'])
  expect(readdirSync(folder).map((name) => name.replace(/^\d+-\w+/, 'hub'))).toEqual([
    'hub.json',
    'hub.sock',
  ])
  await hub.stop()
  expect(readdirSync(folder)).toEqual([])
})

test('a folder that others can read is closed to them', async () => {
  const temporary = await ownTemporaryFolder()
  const folder = join(temporary, `mockberth-hubs-${process.getuid!()}`)
  mkdirSync(folder)
  chmodSync(folder, 0o777)
  await startHubIn(temporary)
  expect((statSync(folder).mode & 0o777).toString(8)).toBe('700')
})

test.for([
  ['a file', (path: string) => writeFileSync(path, '')],
  ['a link', (path: string) => symlinkSync('/tmp', path)],
] as const)('%s where the folder should be is an error', async ([, make]) => {
  const temporary = await ownTemporaryFolder()
  const folder = join(temporary, `mockberth-hubs-${process.getuid!()}`)
  make(folder)
  const error = {
    code: 'HUB_FOLDER_UNSAFE',
    message: `${folder} is no folder, and hubs tell of themselves there. Remove it, or set TMPDIR to a folder of your own.`,
  }
  await expect(startHubIn(temporary)).rejects.toMatchObject(error)
  expect(await failureOf(temporary)).toEqual(error)
})

test('a temporary folder with too long a path is an error, after which nothing listens', async () => {
  const temporary = await ownTemporaryFolder()
  const long = join(temporary, 'x'.repeat(100))
  mkdirSync(long)
  process.env.TMPDIR = long
  const before = portsOf(process.pid)
  await expect(startHubIn(long)).rejects.toMatchObject({
    code: 'BIND_FAILED',
    message: expect.stringMatching(
      /^no socket can be opened at \S+\.sock: its path has more than 103 bytes\. Set TMPDIR to a shorter one\.$/,
    ),
  })
  expect(portsOf(process.pid)).toEqual(before)
})

test('a worker finds the hub of its package among several', async () => {
  const temporary = await ownTemporaryFolder()
  const folders = ['one', 'two'].map((name) => join(temporary, name))
  for (const folder of folders) mkdirSync(folder)
  const [one, two] = await Promise.all(folders.map(startHubIn))
  const [first, second] = await Promise.all(folders.map((folder) => startWorker(folder)))
  expect(first!.hubUrls).toEqual(one!.apis)
  expect(second!.hubUrls).toEqual(two!.apis)
})

test('a worker prefers the hub that its runner has started', async () => {
  const temporary = await ownTemporaryFolder()
  writeFileSync(join(temporary, 'package.json'), '{}')
  // This process is the runner, which starts a hub and a worker, each by way of another process.
  const shell = spawn(`'${process.execPath}' '${HUB}' '${join(temporary, 'mocks.ts')}'; true`, {
    shell: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  onTestFinished(async () => {
    process.kill(-shell.pid!, 'SIGKILL')
    await once(shell, 'exit')
  })
  const [file] = await once(shell.stdout.setEncoding('utf8'), 'data')
  const { apis } = JSON.parse(readFileSync(String(file).trim(), 'utf8'))
  // This one came out of the runner itself, not of a process that it has started.
  await startHubIn(temporary)
  const elsewhere = join(temporary, 'elsewhere')
  mkdirSync(elsewhere)
  for (const folder of [temporary, elsewhere]) {
    expect((await startWorker(folder)).hubUrls).toEqual(apis)
  }
})

test('MOCKBERTH_HUB names the hub, whatever others there are', async () => {
  const temporary = await ownTemporaryFolder()
  const [one, two] = [await startHubIn(temporary), await startHubIn(temporary)]
  for (const hub of [one, two]) {
    const worker = await startWorker(temporary, { MOCKBERTH_HUB: hub.file })
    expect(worker.hubUrls).toEqual(hub.apis)
  }
})

test('two hubs of one package are an error that names them', async () => {
  const temporary = await ownTemporaryFolder()
  const hubs = [await startHubIn(temporary), await startHubIn(temporary)]
  const { code, message } = await failureOf(temporary)
  expect(code).toBe('HUB_AMBIGUOUS')
  const lines = hubs.map(
    ({ file }) => `  ${file}  process ${process.pid}  ${temporary}/mocks.ts  users, orders`,
  )
  expect(message).toMatch(
    /^2 hubs run that these tests could use\. End those that are not wanted, or name one: MOCKBERTH_HUB=FILE\.\n\n/,
  )
  expect(message.split('\n').slice(2).toSorted()).toEqual(lines.toSorted())
})

test('no hub is an error that says how to start one, and which others there are', async () => {
  const temporary = await ownTemporaryFolder()
  const elsewhere = join(temporary, 'elsewhere')
  mkdirSync(elsewhere)
  const alone = `no hub runs for ${temporary} with the APIs users, orders, nor did the runner of these tests start one with them. Start one before the tests, with the app: mockberth hub fixtures/mocks.ts -- node server.js`
  expect(await failureOf(temporary)).toEqual({ code: 'HUB_MISSING', message: alone })
  const { file } = await startHubIn(elsewhere)
  const others = `Other hubs that run; MOCKBERTH_HUB=FILE takes one:\n  ${file}  process ${process.pid}  ${elsewhere}/mocks.ts  users, orders`
  expect(await failureOf(temporary)).toEqual({
    code: 'HUB_MISSING',
    message: `${alone}\n\n${others}`,
  })
})

test.for([
  ['is not there', (): void => {}],
  ['is no hub', (file: string): void => writeFileSync(file, '{}')],
  [
    'is of a hub that has ended',
    (file: string): void =>
      writeFileSync(file, JSON.stringify({ socket: `${file}.sock`, token: 'x' })),
  ],
] as const)('MOCKBERTH_HUB with a file that %s is an error', async ([, make]) => {
  const temporary = await ownTemporaryFolder()
  const file = join(temporary, 'hub.json')
  make(file)
  expect(await failureOf(temporary, { MOCKBERTH_HUB: file })).toEqual({
    code: 'HUB_MISSING',
    message: `MOCKBERTH_HUB names ${file}, and no hub runs that has this file. Start one, or take MOCKBERTH_HUB out of the environment.`,
  })
})

test('what a hub left that was killed, the next hub removes, or the next worker', async () => {
  const temporary = await ownTemporaryFolder()
  const left = await startKilledHub(temporary)
  expect(existsSync(left)).toBe(true)
  const hub = await startHubIn(temporary)
  const folder = join(left, '..')
  expect(readdirSync(folder)).toHaveLength(2)
  const second = await startKilledHub(temporary)
  // Its process has ended before it told of itself.
  writeFileSync(join(folder, '99999999-00000000.sock'), '')
  const worker = await startWorker(temporary)
  expect(worker.hubUrls).toEqual(hub.apis)
  expect(existsSync(second)).toBe(false)
  expect(readdirSync(folder)).toHaveLength(2)
})

test('a worker whose hub has ended is told so', async () => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  await hub.stop()
  await worker.order('close', 'a')
  await expect(worker.order('open', 'b')).rejects.toMatchObject({
    code: 'HUB_GONE',
    message: `the hub of ${hub.folder}/mocks.ts (process ${process.pid}) has ended, and its app with it. Its output says why; start it again, and the tests.`,
  })
  expect(listeningPorts().has(portOf(hub.apis))).toBe(false)
})

test('being joined keeps no process alive', async () => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  worker.child.disconnect()
  await worker.ended
  expect(worker.child.exitCode).toBe(0)
})
