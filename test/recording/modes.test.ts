import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'
import { defineMocks } from '../../src/index.ts'
import { entriesOf, filesBeside, startRecording, startUpstream } from './upstream.ts'

test('record: what the upstream answers is in the file when the set has ended, and is replayed', async () => {
  const { real, file, say, start, kept } = await startUpstream()
  say({ '/a': 'one', '/b': 'two' })
  const recording = await start()
  expect(await recording.ask('/a')).toBe('one')
  expect(await recording.ask('/b?x=1', { method: 'POST', body: 'sent' })).toBe('two')
  expect(recording.api.exchanges.map(({ outcome }) => outcome)).toEqual(['forwarded', 'forwarded'])
  await recording.stop()
  expect(kept()).toEqual([
    { request: 'GET /a', text: 'one' },
    { request: 'POST /b?x=1', text: 'two' },
  ])
  expect(filesBeside(file)).toEqual(['api.har'])

  const asked = real.asked.length
  const replaying = await start({ mode: 'replay' })
  expect(await replaying.ask('/b?x=1', { method: 'POST', body: 'sent' })).toBe('two')
  expect(await replaying.ask('/a')).toBe('one')
  expect(real.asked.length).toBe(asked)
})

test('record: only what is asked for again is replaced, in its place', async () => {
  const { say, start, kept } = await startUpstream()
  say({ '/a': 'a1', '/b': 'b1', '/c': 'c1' })
  const first = await start()
  for (const path of ['/a', '/b', '/c']) await first.ask(path)
  await first.stop()

  say({ '/b': 'b2', '/d': 'd1' })
  const second = await start()
  expect(await second.ask('/b')).toBe('b2')
  expect(await second.ask('/d')).toBe('d1')
  await second.stop()
  expect(kept().map(({ text }) => text)).toEqual(['a1', 'b2', 'c1', 'd1'])
})

test('record: a request that was made several times has all of its replies, in order', async () => {
  const { say, start, kept } = await startUpstream()
  const first = await start()
  for (const text of ['queued', 'running', 'done']) {
    say({ '/job': text })
    await first.ask('/job')
  }
  await first.stop()
  expect(kept().map(({ text }) => text)).toEqual(['queued', 'running', 'done'])

  const second = await start()
  for (const text of ['queued', 'failed']) {
    say({ '/job': text })
    await second.ask('/job')
  }
  await second.stop()
  expect(kept().map(({ text }) => text)).toEqual(['queued', 'failed'])
})

function postWith(id: number): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, name: 'x' }),
  }
}

test('record: what is the same request to match is replaced, not added', async () => {
  const { say, start, kept } = await startUpstream()
  const match = { ignoreQuery: ['_'], ignoreBody: ['$.id'] }
  for (const [round, text] of ['one', 'two'].entries()) {
    say({ '/x': text, '/y': text })
    const recording = await start({ match })
    await recording.ask(`/x?_=${round}`)
    await recording.ask('/y', postWith(round))
    await recording.stop()
  }
  expect(kept()).toEqual([
    { request: 'GET /x?_=1', text: 'two' },
    { request: 'POST /y', text: 'two' },
  ])
})

test('the same traffic again changes not one byte of the file', async () => {
  const { file, say, start } = await startUpstream()
  say({ '/a': 'one', '/b': 'two' })
  const record = async (): Promise<string> => {
    const recording = await start()
    await Promise.all([recording.ask('/b'), recording.ask('/a')])
    await recording.stop()
    return readFileSync(file, 'utf8')
  }
  const before = await record()
  utimesSync(file, 1, 1)
  expect(await record()).toBe(before)
  expect(statSync(file).mtimeMs).toBe(1000)
})

test('a file from elsewhere keeps all that is in it, and its indentation', async () => {
  const { real, file, say, start } = await startUpstream()
  say({ '/a': 'one' })
  const first = await start()
  await first.ask('/a')
  await first.stop()
  const har = JSON.parse(readFileSync(file, 'utf8'))
  har.log.pages = [{ id: 'page_1' }]
  har.log.comment = 'mine'
  har.log.entries[0].comment = 'mine too'
  writeFileSync(file, JSON.stringify(har, undefined, '\t'))
  say({ '/b': 'two' })
  const second = await start()
  await second.ask('/b')
  await second.stop()
  const text = readFileSync(file, 'utf8')
  const { log } = JSON.parse(text)
  expect(log).toMatchObject({ pages: [{ id: 'page_1' }], comment: 'mine' })
  expect(log.entries[0]).toEqual(har.log.entries[0])
  expect(log.entries[1].request.url).toBe(`${real.url}/b`)
  expect(text).toContain('\n\t\t"version": "1.2"')
})

test('record-missing: what is recorded is replayed, the rest is asked for and added', async () => {
  const { real, say, start, kept } = await startUpstream()
  say({ '/a': 'one' })
  const first = await start()
  await first.ask('/a')
  await first.stop()
  say({ '/a': 'changed', '/b': 'two' })
  const asked = real.asked.length
  const second = await start({ mode: 'record-missing' })
  expect(await second.ask('/a')).toBe('one')
  expect(await second.ask('/b')).toBe('two')
  expect(real.asked.length).toBe(asked + 1)
  await second.stop()
  expect(kept().map(({ text }) => text)).toEqual(['one', 'two'])
})

test('record-missing: a large body that no entry has goes on to the upstream, whole', async () => {
  const { real, say, start } = await startUpstream()
  say({ '/upload': 'got it' })
  const first = await start()
  await first.ask('/upload', { method: 'POST', body: 'small' })
  await first.stop()
  const second = await start({ mode: 'record-missing' })
  const size = 20 * 1024 * 1024
  expect(await second.ask('/upload', { method: 'POST', body: Buffer.alloc(size) })).toBe('got it')
  expect(real.asked.at(-1)!.body).toHaveLength(size)
})

test('forward: nothing is kept', async () => {
  const { file, say, start } = await startUpstream()
  say({ '/a': 'one' })
  const forwarding = await start({ mode: 'forward' })
  expect(await forwarding.ask('/a')).toBe('one')
  await forwarding.stop()
  expect(entriesOf(file)).toEqual([])
})

test('handlers answer first, and are never recorded', async () => {
  const { say, start, kept } = await startUpstream()
  say({ '/a': 'one', '/b': 'two' })
  const recording = await start({ handlers: [http.get('/a', () => HttpResponse.text('mocked'))] })
  recording.api.use(http.get('/c', () => HttpResponse.text('mine')))
  expect(await recording.ask('/a')).toBe('mocked')
  expect(await recording.ask('/b')).toBe('two')
  expect(await recording.ask('/c')).toBe('mine')
  await recording.stop()
  expect(kept()).toEqual([{ request: 'GET /b', text: 'two' }])
})

test('MOCKBERTH_MODE wins, for the APIs that can record', async ({ onTestFinished }) => {
  const { real, file, say, kept } = await startUpstream()
  say({ '/a': 'one' })
  vi.stubEnv('CI', '')
  vi.stubEnv('MOCKBERTH_MODE', 'record')
  onTestFinished(() => void vi.unstubAllEnvs())
  const running = await defineMocks({
    recorded: { upstream: real.url, recording: file, mode: 'replay' },
    handled: { handlers: [http.get('/a', () => HttpResponse.text('mocked'))] },
  }).start({ env: false })
  expect(await (await fetch(`${running.apis.recorded.url}/a`)).text()).toBe('one')
  expect(await (await fetch(`${running.apis.handled.url}/a`)).text()).toBe('mocked')
  expect((await fetch(`${running.apis.handled.url}/b`)).status).toBe(501)
  await running.stop()
  expect(kept()).toEqual([{ request: 'GET /a', text: 'one' }])
})

test.for([
  [
    { mode: 'record', recording: 'a.har' },
    'UPSTREAM_MISSING',
    "mode is 'record', but there is no upstream",
  ],
  [
    { mode: 'record-missing', upstream: 'https://api.test' },
    'RECORDING_UNDECLARED',
    "recording: 'fixtures/recordings/api.har'",
  ],
  [{ saveOn: 'failed' }, 'INVALID_OPTION', "saveOn got \"failed\"; it takes 'always' or 'passed'."],
  [
    { redact: { name: ['x'] } },
    'INVALID_OPTION',
    'redact got {"name":["x"]}; it takes false, or {',
  ],
  [
    { upstreamTimeout: 0 },
    'INVALID_OPTION',
    'upstreamTimeout got 0; it takes a number of milliseconds',
  ],
])('%j is refused: %s', ([definition, code, text]) => {
  expect(() => defineMocks({ api: definition as object })).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(text as string) }),
  )
})

test.for(['a.zip', 'a.har.gz'])('%s is not recorded into', async (name) => {
  const definition = { upstream: 'http://127.0.0.1:1', recording: `/tmp/${name}` }
  await expect(startRecording(definition)).rejects.toMatchObject({ code: 'RECORDING_NOT_WRITABLE' })
})
