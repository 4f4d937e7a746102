import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { toSidecarText } from '../../src/recording/sidecar-text.ts'
import { startRealApi } from '../responders/real-api.ts'
import { createFolder } from '../support/har.ts'
import { portsOf } from '../support/listeners.ts'
import { captureOf } from './captured.ts'
import { entriesOf, filesBeside, startRecording, startUpstream } from './upstream.ts'

test('a recording that is no HAR is said before anything listens, and left as it is', async () => {
  const { real, file } = await startUpstream()
  await mkdir(dirname(file))
  writeFileSync(file, '{ "log": ')
  const before = portsOf(process.pid)
  await expect(startRecording({ upstream: real.url, recording: file })).rejects.toMatchObject({
    code: 'RECORDING_INVALID',
    message: expect.stringContaining(`the recording ${file} is no HAR: it is not JSON: `),
  })
  expect(portsOf(process.pid)).toEqual(before)
  expect(readFileSync(file, 'utf8')).toBe('{ "log": ')
  expect(filesBeside(file)).toEqual(['api.har'])
})

test('a recording that breaks while it is added to: said, kept, and merged when it is mended', async ({
  onTestFinished,
}) => {
  const { say, start, kept, file } = await startUpstream()
  say({ '/a': 'one', '/b': 'two' })
  const first = await start()
  await first.ask('/a')
  await first.stop()
  const good = readFileSync(file, 'utf8')

  const second = await start()
  await second.ask('/b')
  writeFileSync(file, good.slice(0, 100))
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => error.mockRestore())
  await second.stop()
  expect(error.mock.calls.flat()).toEqual([
    expect.stringMatching(
      new RegExp(`^mockberth: the recording ${file} is no HAR: it is not JSON: `),
    ),
  ])
  expect(readFileSync(file, 'utf8')).toBe(good.slice(0, 100))
  expect(filesBeside(file)).toEqual([
    'api.har',
    expect.stringMatching(/^api\.har\.\d+-[\da-f]+\.[\da-f]+\.part$/),
  ])

  writeFileSync(file, good)
  const third = await start()
  await third.ask('/a')
  await third.stop()
  expect(kept().map(({ text }) => text)).toEqual(['one', 'two'])
  expect(filesBeside(file)).toEqual(['api.har'])
})

/** What a run leaves whose process has ended. */
function sidecarOf(file: string, text: string): string {
  const path = `${file}.99999999-0123456789ab.0123456789ab.part`
  writeFileSync(path, text)
  return path
}

/** What a sidecar has of a reply. */
function seenOf(upstream: string, path: string, responseBody = path): string {
  const capture = captureOf({
    url: upstream + path,
    responseHeaders: ['content-type', 'text/plain'],
    responseBody,
  })
  return toSidecarText({ type: 'exchange', key: path, replaces: [], onlyMissing: false, capture })
}

test('what was being written when its process was killed is not there, wherever it ends', async () => {
  const { real, start, file } = await startUpstream()
  await mkdir(dirname(file))
  const whole = seenOf(real.url, '/a')
  const last = seenOf(real.url, '/b', 'größer')
  const [line = ''] = last.split('\n')
  for (const end of [1, 50, line.length, line.length + 1, line.length + 4, last.length - 1]) {
    sidecarOf(file, whole + last.slice(0, end))
    const replaying = await start({ mode: 'replay' })
    expect(await replaying.ask('/a')).toBe('/a')
    expect(entriesOf(file)).toHaveLength(1)
    expect(filesBeside(file)).toEqual(['api.har'])
  }
})

const twice = (text: string): string => text + text
test.each<[what: string, damage: (seen: string) => string, reason: string]>([
  ['something else', () => '{ damaged\n', 'nothing begins here'],
  ['a line that is no JSON', (seen) => seen.replace('{', '['), "Expected ',' or ']' after array"],
  [
    'what another version writes',
    (seen) => seen.replace('"exchange"', '"entry"'),
    'another version of mockberth',
  ],
  ['a body that was changed', (seen) => seen.replace(/\/c\n$/, '/changed\n'), 'its bodies have'],
  [
    'a body of another length',
    (seen) => seen.replace('"length":2', '"length":1'),
    'its bodies have',
  ],
  [
    'a body of no length',
    (seen) => seen.replace('"length":2', '"length":-9'),
    'a body has no length',
  ],
  ['a length that is too long', (seen) => twice(seen).replace(':2,', ':92000,'), 'its bodies are'],
  ['a key that was changed', (seen) => seen.replace('"startedAt"', '"begunAt"'), 'Invalid time'],
])('%s is said with its file and line, and nothing is merged', async (_, damage, reason) => {
  const { real, start, file } = await startUpstream()
  await mkdir(dirname(file))
  const whole = seenOf(real.url, '/a')
  const part = sidecarOf(file, whole + damage(seenOf(real.url, '/c')) + seenOf(real.url, '/b'))
  const problem = `of ${part} is damaged, and nothing was merged: ${reason}`
  const thrown = await start({ mode: 'replay' }).catch((error: unknown) => error)
  expect(thrown).toMatchObject({
    code: 'RECORDING_INVALID',
    message: expect.stringContaining(problem),
  })
  expect((thrown as Error).message).toMatch(/^line [35] of /)
  expect(filesBeside(file)).toEqual([expect.stringMatching(/\.part$/)])
  writeFileSync(part, whole)
  expect(await (await start({ mode: 'replay' })).ask('/a')).toBe('/a')
})

test('what runs left that still go on is left to them', async () => {
  const { real, start, file } = await startUpstream()
  await mkdir(dirname(file))
  const path = `${file}.${process.pid}-0123456789ab.0123456789ab.part`
  writeFileSync(path, seenOf(real.url, '/a'))
  await expect(start({ mode: 'replay' })).rejects.toMatchObject({ code: 'RECORDING_MISSING' })
  expect(filesBeside(file)).toHaveLength(1)
})

test('a recording where nothing can be written is said before anything listens', async () => {
  const { real } = await startUpstream()
  const folder = await createFolder()
  writeFileSync(join(folder, 'file'), '')
  const recording = join(folder, 'file/recordings/api.har')
  const before = portsOf(process.pid)
  await expect(startRecording({ upstream: real.url, recording })).rejects.toMatchObject({
    code: 'RECORDING_NOT_WRITABLE',
    message: expect.stringMatching(
      new RegExp(
        `^the recording ${recording} cannot be written: ENOTDIR: .*Make it and its folder writable, or replay it: mode 'replay'\\.$`,
      ),
    ),
  })
  expect(portsOf(process.pid)).toEqual(before)
})

const PROCESS = fileURLToPath(new URL('full-disk.process.ts', import.meta.url))

const SIDECAR = fileURLToPath(new URL('full-sidecar.process.ts', import.meta.url))

/** Runs one of them where the folder is a disk of its own, of a size or read-only. */
async function onSmallDisk(
  options: string,
  paths: readonly string[],
  program = PROCESS,
): Promise<any> {
  const folder = await createFolder()
  const mount = `mount -t tmpfs -o ${options} none "$0" && exec "$@"`
  const args = ['-rm', 'sh', '-c', mount, folder, process.execPath, program, folder, ...paths]
  const { stdout } = await promisify(execFile)('unshare', args)
  return JSON.parse(stdout)
}

test('a full disk is said at once, to the client and to the test; what was written is kept', async () => {
  const { got, problem, said, files, kept } = await onSmallDisk('size=256k', [
    '/100000/a',
    '/100000/b',
    '/100000/c',
  ])
  expect(got).toEqual(['200 100000', '200 100000', expect.not.stringMatching(/^200/)])
  expect(problem).toMatch(
    /\n\nwhat was recorded for \S+api\.har cannot be written: ENOSPC: .*make room, and record it again\.$/,
  )
  expect(said).toEqual([
    expect.stringMatching(
      /^mockberth: the recording .*api\.har cannot be written \(ENOSPC\); it is as it was, and what was recorded is kept beside it/,
    ),
  ])
  expect(files).toEqual([expect.stringMatching(/\.part$/)])
  expect(kept).toEqual(['/100000/a', '/100000/b'])
})

test('of replies that a full disk has no room for, no client gets one whole, also of many at once', async () => {
  const paths = Array.from({ length: 8 }, (_, index) => `/${60_000 + index}/${index}`)
  const { got, kept } = await onSmallDisk('size=256k', ['/100/first', paths.join(','), '/100/last'])
  const whole = [...kept].map((path: string) => `200 ${path.split('/')[1]}`)
  expect(got.filter((one: string) => one.startsWith('200')).toSorted()).toEqual(whole.toSorted())
  expect(got).toHaveLength(10)
  expect(whole.length).toBeLessThan(8)
  expect(kept[0]).toBe('/100/first')
  expect(kept.at(-1)).toBe('/100/last')
})

test('that a test passed is kept, whatever else there is no room for', async () => {
  const { waiting, kept } = await onSmallDisk('size=64k', [], SIDECAR)
  expect(waiting).toMatch(/cannot be written: ENOSPC: /)
  expect(kept).toEqual([{ type: 'passed', test: 1 }])
})

test('several sets of one process that record into one file keep all', async () => {
  const real = await startRealApi(({ target }, outgoing) => outgoing.end(target))
  const recording = `${await createFolder()}/api.har`
  const sets = await Promise.all(
    [1, 2, 3, 4].map(() => startRecording({ upstream: real.url, recording })),
  )
  await Promise.all(sets.map(({ ask }, index) => ask(`/${index}`)))
  await Promise.all(sets.map(({ stop }) => stop()))
  expect(entriesOf(recording)).toHaveLength(4)
  expect(filesBeside(recording)).toEqual(['api.har'])
})
