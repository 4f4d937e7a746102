import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import zlib from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import {
  ask,
  createFolder,
  entryOf,
  harOf,
  listed,
  replayFile,
  writeRecording,
} from '../support/har.ts'

const JSON_TYPE = listed('content-type: application/json')
const HAR = harOf([
  entryOf({ url: '/a' }, { headers: JSON_TYPE, content: { size: 7, text: '{"a":1}' } }),
])

/** What is answered to `GET /a`. */
async function answerOf(recording: string): Promise<string> {
  const reply = await ask(await replayFile(recording), 'GET /a')
  return `${reply.status} ${reply.body.toString()}`
}

test('a HAR, with and without a byte order mark', async () => {
  expect(await answerOf(await writeRecording(HAR))).toBe('200 {"a":1}')
  expect(await answerOf(await writeRecording(`\uFEFF${HAR}`))).toBe('200 {"a":1}')
})

test('HAR 1.1, with a comment and with numbers that are text', async () => {
  const entry = {
    pageref: 'page_1',
    request: { method: 'get', url: 'http://x.example/a', httpVersion: 'HTTP/1.1', cookies: [] },
    response: {
      status: '200',
      statusText: 'OK',
      headersSize: 'none',
      bodySize: '7',
      content: { size: '7', mimeType: 'text/plain', text: '{"a":1}', comment: 'kept' },
    },
    cache: {},
    timings: { wait: 'long' },
  }
  const log = { version: '1.1', creator: { name: 'x', version: '1' }, comment: '' }
  expect(await answerOf(await writeRecording(harOf([entry], log)))).toBe('200 {"a":1}')
})

test('an entry with nothing but what it takes', async () => {
  const entry = { request: { url: 'http://x.example/a', method: 'GET' }, response: { status: 200 } }
  const file = await writeRecording(JSON.stringify({ log: { entries: [entry] } }))
  expect(await answerOf(file)).toBe('200 ')
})

test('fields of other types than they should have are as if they were missing', async () => {
  const request = { headers: 'none', cookies: 1, queryString: null, postData: null, bodySize: 'x' }
  const response = { headers: [null, 1, { name: 1, value: 2 }, { name: 'x-one', value: 1 }] }
  const entry = entryOf({ url: '/a', ...request }, { ...response, content: null, statusText: 7 })
  const api = await replayFile(await writeRecording(harOf([entry])))
  const reply = await ask(api, 'GET /a')
  expect(reply).toMatchObject({ status: 200, statusText: 'OK' })
  expect(reply.rawHeaders.slice(0, 2)).toEqual(['x-one', '1'])
})

test('a log without entries answers nothing', async () => {
  for (const log of [{}, { entries: [] }]) {
    expect(await answerOf(await writeRecording(JSON.stringify({ log })))).toMatch(
      /^501 .*Unhandled/,
    )
  }
})

test('a gzipped HAR, whatever its name', async () => {
  const bytes = zlib.gzipSync(HAR)
  expect(await answerOf(await writeRecording(bytes, 'recorded.har.gz'))).toBe('200 {"a":1}')
  expect(await answerOf(await writeRecording(bytes, 'recorded.har'))).toBe('200 {"a":1}')
  expect(await answerOf(await writeRecording(HAR, 'recorded.har.gz'))).toBe('200 {"a":1}')
})

const ATTACHED = harOf([
  entryOf(
    { url: '/a', method: 'POST', postData: { mimeType: 'text/plain', _file: 'sent.txt' } },
    { headers: JSON_TYPE, content: { size: -1, _file: 'got.json' } },
  ),
  entryOf({ url: '/b' }, { content: { size: -1, _file: 'none.json' } }),
])

/** What is answered to the two entries of {@link ATTACHED}. */
async function answersOf(recording: string): Promise<string[]> {
  const api = await replayFile(recording)
  const replies = [
    await ask(api, 'POST /a', ['content-type: text/plain'], 'sent'),
    await ask(api, 'POST /a', ['content-type: text/plain'], 'not sent'),
    await ask(api, 'GET /b'),
  ]
  return replies.map(({ status, body }) => {
    const [line] = body.toString().split('\n', 1)
    return `${status} ${line!.replace(api.url, '')}`
  })
}

test.each(['', 'recorded/'])('a zip of Playwright’s with attachments, in %j', async (folder) => {
  const files = {
    [`${folder}got.json`]: strToU8('{"b":2}'),
    '__MACOSX/._recorded.har': strToU8('no HAR'),
    [`${folder}sent.txt`]: strToU8('sent'),
    [`${folder}har.har`]: strToU8(ATTACHED),
  }
  const file = await writeRecording(zipSync(files), 'recorded.zip')
  expect(await answersOf(file)).toEqual([
    '200 {"b":2}',
    '501 mockberth: Unhandled request to api: POST /a',
    `501 mockberth: api: RECORDED_BODY_MISSING: ${file}, entry 2 (GET /b): the zip file has no "none.json". Record it again with bodies, or answer it with a handler.`,
  ])
})

test('attachments beside the HAR, also of one that is gzipped', async () => {
  for (const bytes of [ATTACHED, zlib.gzipSync(ATTACHED)]) {
    const file = await writeRecording(bytes)
    await writeFile(join(dirname(file), 'got.json'), '{"b":2}')
    await writeFile(join(dirname(file), 'sent.txt'), 'sent')
    expect(await answersOf(file)).toEqual([
      '200 {"b":2}',
      '501 mockberth: Unhandled request to api: POST /a',
      `501 mockberth: api: RECORDED_BODY_MISSING: ${file}, entry 2 (GET /b): the file "none.json" cannot be read: it is not there. Record it again with bodies, or answer it with a handler.`,
    ])
  }
})

test('attachments in a folder below, through links that stay inside, and with odd names', async () => {
  const folder = await createFolder()
  await mkdir(join(folder, 'files'))
  await writeFile(join(folder, 'files', 'a.bin'), 'below')
  await writeFile(join(folder, '..dots'), 'dots')
  await symlink('files', join(folder, 'linked'))
  const names = ['files/a.bin', './files/../files/a.bin', 'linked/a.bin', '..dots']
  const har = harOf(
    names.map((_file, index) => entryOf({ url: `/${index}` }, { content: { _file } })),
  )
  await writeFile(join(folder, 'recorded.har'), har)
  const api = await replayFile(join(folder, 'recorded.har'))
  const bodies = []
  for (const index of names.keys()) bodies.push((await ask(api, `GET /${index}`)).body.toString())
  expect(bodies).toEqual(['below', 'below', 'below', 'dots'])
})

test('an attachment that is still encoded is decoded', async () => {
  const content = { _file: 'got.br' }
  const headers = listed('content-encoding: br')
  const file = await writeRecording(harOf([entryOf({ url: '/a' }, { headers, content })]))
  await writeFile(join(dirname(file), 'got.br'), zlib.brotliCompressSync('decoded'))
  expect(await answerOf(file)).toBe('200 decoded')
})

test('an edited HAR is read again', async () => {
  const file = await writeRecording(HAR)
  expect(await answerOf(file)).toBe('200 {"a":1}')
  await writeFile(file, HAR.replace(String.raw`\"a\":1`, String.raw`\"a\":100`))
  expect(await answerOf(file)).toBe('200 {"a":100}')
})
