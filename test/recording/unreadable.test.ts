import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import zlib from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { defineMocks } from '../../src/index.ts'
import {
  ask,
  createFolder,
  entryOf,
  harOf,
  listed,
  makePipe,
  replay,
  replayFile,
  writeRecording,
  writeSparse,
} from '../support/har.ts'

const MIB = 1024 * 1024

/** What packs zeros soonest, and as small. */
const FAST = { level: 1, strategy: zlib.constants.Z_RLE }

/** The code and the message with which a start fails. */
async function refusalOf(recording: string): Promise<{ code: string; message: string }> {
  const error: any = await defineMocks({ api: { recording } })
    .start({ env: false })
    .then(
      (running) => running.stop(),
      (thrown: unknown) => thrown,
    )
  return { code: error?.code, message: error?.message }
}

test('a file that is not there', async () => {
  const file = join(await createFolder(), 'none.har')
  expect(await refusalOf(file)).toEqual({
    code: 'RECORDING_MISSING',
    message: `there is no recording ${file}. A path in \`recording\` is relative to the package that holds the declaration. To record it, set MOCKBERTH_MODE=record.`,
  })
})

test('what is not a file', async () => {
  const folder = await createFolder()
  const pipe = join(folder, 'pipe.har')
  makePipe(pipe)
  for (const file of [folder, pipe, '/dev/zero']) {
    expect(await refusalOf(file)).toEqual({
      code: 'RECORDING_INVALID',
      message: `the recording ${file} cannot be read; make it readable, or name another: it is not a file`,
    })
  }
})

test.each([
  '[]',
  'null',
  '7',
  '{"openapi":"3.1.0"}',
  '{"log":null}',
  '{"log":[]}',
  '{"log":"entries"}',
  '{"__proto__":{"log":{"entries":[]}}}',
])('%s has no log', async (text) => {
  const file = await writeRecording(text)
  expect(await refusalOf(file)).toEqual({
    code: 'RECORDING_INVALID',
    message: `the recording ${file} is no HAR: it has no \`log\`. Record it, or export it, once more.`,
  })
})

test.each(['{}', 'null', '"[]"', '0'])('entries that are %s', async (entries) => {
  const file = await writeRecording(`{"log":{"entries":${entries}}}`)
  expect(await refusalOf(file)).toEqual({
    code: 'RECORDING_INVALID',
    message: `the recording ${file} is no HAR: \`log.entries\` is no array. Record it, or export it, once more.`,
  })
})

test.each([
  ['', /: it is not JSON: Unexpected end of JSON input\. Record it,/],
  ['{"log":{"entries":[{"requ', /: it is not JSON: Unterminated string in JSON at position 25\b/],
  ['callback({"log":{"entries":[]}})', /: it is not JSON: Unexpected token 'c'/],
])('%j is not JSON', async (text, pattern) => {
  const file = await writeRecording(text)
  const { code, message } = await refusalOf(file)
  expect(code).toBe('RECORDING_INVALID')
  expect(message).toContain(`the recording ${file} is no HAR: it is not JSON`)
  expect(message).toMatch(pattern)
})

test('gzip and zip files that are broken', async () => {
  const gzip = zlib.gzipSync(harOf([]))
  const zip = zipSync({ 'har.har': strToU8(harOf([entryOf({}, {})])) })
  const cases: [Uint8Array, RegExp][] = [
    [gzip.subarray(0, 20), /it begins like gzip, and is none: unexpected end of file\. Record it,/],
    [Buffer.from([0x1f, 0x8b, 9, 9, 9]), /it begins like gzip, and is none: /],
    [zip.subarray(0, -30), /it begins like a zip file, and is none: invalid zip data\. Record it,/],
    [Buffer.from('PK is how it begins'), /it begins like a zip file, and is none: /],
    [zipSync({ 'har.json': strToU8('{}') }), /the zip file has no \.har in it\. Record it,/],
    [zipSync({ 'har.har': strToU8('{"log"') }), /it is not JSON: /],
  ]
  for (const [bytes, pattern] of cases) {
    const file = await writeRecording(bytes)
    const { code, message } = await refusalOf(file)
    expect(code).toBe('RECORDING_INVALID')
    expect(message).toContain(`the recording ${file} is no HAR: `)
    expect(message).toMatch(pattern)
  }
})

test('a file of 500 MB is refused unread', async () => {
  const file = join(await createFolder(), 'recorded.har')
  await writeSparse(file, 500 * MIB)
  const before = process.memoryUsage().rss
  expect(await refusalOf(file)).toEqual({
    code: 'RECORDING_TOO_LARGE',
    message: `the recording ${file} has 524288000 bytes; at most 268435456 bytes (256 MiB) are read. Split it, one recording for each API.`,
  })
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * MIB)
})

const LARGER = 'is larger, unpacked; at most 268435456 bytes (256 MiB) are read.'

test('a gzip file that unpacks to more than is read', async () => {
  const file = await writeRecording(zlib.gzipSync(Buffer.alloc(257 * MIB), FAST), 'bomb.har.gz')
  const { code, message } = await refusalOf(file)
  expect(code).toBe('RECORDING_TOO_LARGE')
  expect(message).toContain(`the recording ${file} ${LARGER}`)
})

test('a zip file that unpacks to more than is read, or says so', async () => {
  const part = new Uint8Array(65 * MIB)
  const bomb = zipSync({ a: part, b: part, c: part, d: part, 'har.har': strToU8(harOf([])) })
  const liar = zipSync({ 'har.har': strToU8(harOf([])) })
  const directory = Buffer.from(liar).indexOf('PK\u0001\u0002', 0, 'latin1')
  Buffer.from(liar.buffer).writeUInt32LE(0xfffffff0, directory + 24)
  for (const bytes of [bomb, liar]) {
    const file = await writeRecording(bytes)
    const { code, message } = await refusalOf(file)
    expect(code).toBe('RECORDING_TOO_LARGE')
    expect(message).toContain(`the recording ${file} ${LARGER}`)
  }
})

test('bodies that unpack to more than is read', async () => {
  const headers = listed('content-encoding: gzip')
  const text = zlib.gzipSync(Buffer.alloc(65 * MIB), FAST).toString('base64')
  const entry = entryOf({}, { headers, content: { encoding: 'base64', text } })
  const file = await writeRecording(harOf([entry, entry, entry, entry]))
  const { code, message } = await refusalOf(file)
  expect(code).toBe('RECORDING_TOO_LARGE')
  expect(message).toContain(`the recording ${file} has bodies that are larger together, unpacked;`)
})

/** 260 MiB in an encoding, in a few hundred bytes or kilobytes. */
const BOMBS = {
  gzip: () => zlib.gzipSync(Buffer.alloc(260 * MIB), FAST),
  deflate: () => zlib.deflateSync(Buffer.alloc(260 * MIB), FAST),
  'deflate without a header': () => zlib.deflateRawSync(Buffer.alloc(260 * MIB), FAST),
  zstd: () => zlib.zstdCompressSync(Buffer.alloc(260 * MIB)),
  br: () =>
    zlib.brotliCompressSync(Buffer.alloc(260 * MIB), {
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 },
    }),
}

test.each(Object.entries(BOMBS))(
  'the first of many bodies that unpack to more, in %s, ends the loading',
  async (name, makeBomb) => {
    const text = makeBomb().toString('base64')
    const headers = listed(`content-encoding: ${name.split(' ', 1)[0]}`)
    for (const content of [{ encoding: 'base64', text }, { text: JSON.stringify([text]) }]) {
      const bomb = entryOf({}, { headers, content })
      const entries = [entryOf({}, {}), ...Array.from({ length: 100 }, () => bomb)]
      const file = await writeRecording(harOf(entries))
      const { code, message } = await refusalOf(file)
      expect(code).toBe('RECORDING_TOO_LARGE')
      expect(message).toContain(
        `the recording ${file} has a body that is larger, unpacked (entry 2); at most 268435456 bytes (256 MiB) are read.`,
      )
    }
  },
)

test('an attachment that many entries name is read once and counts once', async () => {
  const folder = await createFolder()
  const file = join(folder, 'recorded.har')
  await writeSparse(join(folder, 'big.bin'), 100 * MIB)
  const content = { _file: 'big.bin' }
  await writeFile(file, harOf([1, 2, 3].map((page) => entryOf({ url: `/${page}` }, { content }))))
  const api = await replayFile(file)
  expect((await ask(api, 'HEAD /3')).all('content-length')).toEqual([String(100 * MIB)])
})

test('more entries, or more values, than are read', async () => {
  const cases = [
    ['{},', 250_001, 'has 250001 entries; at most 250000 entries are read.'],
    [`[${'0,'.repeat(999)}0],`, 12_000, 'holds too many values; at most 10000000 values are read.'],
    ['0,', 1_000_001, 'has too long an object or list; at most 1000000 items in one are read.'],
  ] as const
  for (const [text, count, told] of cases) {
    const entries = text.repeat(count).slice(0, -1)
    const file = await writeRecording(`{"log":{"entries":[${entries}]}}`)
    const { code, message } = await refusalOf(file)
    expect(code).toBe('RECORDING_TOO_LARGE')
    expect(message).toContain(`the recording ${file} ${told} Split it`)
  }
})

test('an object with millions of keys is refused, wherever it is', async () => {
  const keys = Array.from({ length: 1_000_001 }, (_, index) => `"${index}-key":0`)
  const value = `{"a":[1,{"b":{${keys.join(',')}}}]}`
  const file = await writeRecording(`{"log":{"_more":${value},"entries":[]}}`)
  const { code, message } = await refusalOf(file)
  expect(code).toBe('RECORDING_TOO_LARGE')
  expect(message).toContain(
    'has too long an object or list; at most 1000000 items in one are read.',
  )
})

test('many objects that are not too long are read', async () => {
  const list = `[${'0,'.repeat(999_998)}"],[{"]`
  const text = JSON.stringify({ log: { entries: [entryOf({}, { content: { text: 'hi' } })] } })
  const file = await writeRecording(text.replace('{', `{"a":${list},"b":${list},"c":${list},`))
  expect((await ask(await replayFile(file))).body.toString()).toBe('hi')
})

test('a large body counts as one value, whatever is in it', async () => {
  const text = String.raw`\"[{,`.repeat(6_000_000)
  const api = await replay([entryOf({}, { content: { size: 9, text } })])
  expect((await ask(api, 'HEAD /')).all('content-length')).toEqual([String(text.length)])
})
