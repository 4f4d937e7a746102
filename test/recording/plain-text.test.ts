import zlib from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readContent, type ContentHeaders } from '../../src/recording/content.ts'
import { ask, entryOf, listed, replay } from '../support/har.ts'

/** As many runs as fit into a second. */
const BOUNDS = { numRuns: 1_000_000, interruptAfterTimeLimit: 1000 }

const CODINGS = ['br', 'gzip', 'deflate', 'zstd', 'gzip, br', 'identity', 'deflate, br']

/** What `GET /` gets where this was recorded: its body, and the content-encodings it says. */
async function replayed(headers: readonly string[], content: object): Promise<unknown[]> {
  const reply = await ask(await replay([entryOf({}, { headers: listed(...headers), content })]))
  return [reply.status, reply.body.toString(), reply.all('content-encoding')]
}

function base64(bytes: Uint8Array | string): object {
  return { encoding: 'base64', text: Buffer.from(bytes as string).toString('base64') }
}

test.for([
  ['["Name","Age"]', 'br'],
  ['["3301","3302"]', 'br'],
  ['["NYC","LAX"]', 'br'],
  // As chunks of base64, this is a whole stream of raw deflate with nothing in it, and then more.
  ['["AwD/","AAAA"]', 'deflate'],
])('a list of words is no list of chunks: %s under %s', async ([text, coding]) => {
  expect(await replayed([`content-encoding: ${coding}`], { text })).toEqual([200, text, []])
})

test.for([
  '3,apples and pears\n4,plums\n',
  '5 items',
  '7',
  '9 lives',
  '; comment',
  '=1+2',
  '?x',
  '30',
  '5',
])('text that begins like an empty Brotli stream is text: %s', async (text) => {
  expect(await replayed(['content-encoding: br'], base64(text))).toEqual([200, text, []])
})

test('text that begins like zlib, or like gzip, is text', async () => {
  expect(await replayed(['content-encoding: deflate'], base64('80'))).toEqual([200, '80', []])
  expect(await replayed(['content-encoding: deflate'], base64('x\u0001y'))).toEqual([
    200,
    'x\u0001y',
    [],
  ])
})

const noAttachment = (): never => expect.unreachable()

test('no plain text is ever changed because a header says an encoding', async () => {
  const character = fc.oneof(
    fc.constantFrom(...'3579;=?80x^[]"{}, \n'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  )
  const word = fc.string({ unit: fc.constantFrom(...'ABCwz0123456789+/') })
  const text = fc.oneof(
    fc.string({ unit: character, minLength: 1 }),
    fc.array(word, { minLength: 1 }).map((words) => JSON.stringify(words)),
  )
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom(...CODINGS), async (body, coding) => {
      const headers: ContentHeaders = {
        type: 'text/plain',
        codings: coding.split(', '),
      }
      for (const content of [{ text: body }, base64(body)]) {
        const read = await readContent({ content }, headers, noAttachment)
        expect([Buffer.from(read!.bytes).toString(), read!.isEncoded]).toEqual([body, false])
      }
    }),
    BOUNDS,
  )
})

const TEXT = '{"name":"Zoë","list":[1,2,3,4,5,6,7,8,9]}'
const TWICE = zlib.brotliCompressSync(zlib.gzipSync(TEXT))

test.for<[name: string, headers: string[], bytes: Uint8Array]>([
  ['identity beside another', ['content-encoding: gzip, identity'], zlib.gzipSync(TEXT)],
  ['identity alone', ['content-encoding: Identity'], Buffer.from(TEXT)],
  ['two lines', ['Content-Encoding: gzip', 'content-encoding: br'], TWICE],
  ['lines that were joined', ['content-encoding: gzip\nbr'], TWICE],
  ['lines and lists', ['content-encoding: identity\r\ngzip', 'content-encoding: ,br ,'], TWICE],
])('the content-encodings of all lines are undone: %s', async ([, headers, bytes]) => {
  expect(await replayed(headers, base64(bytes))).toEqual([200, TEXT, []])
})

test('where an inner encoding is claimed and is not there, the outer one is undone', async () => {
  const headers = ['content-encoding: deflate, gzip']
  expect(await replayed(headers, base64(zlib.gzipSync('80')))).toEqual([200, '80', []])
})

test('more encodings than anybody applies are left', async () => {
  const many = Array.from({ length: 5000 }, () => 'gzip').join(', ')
  const bytes = zlib.gzipSync(TEXT)
  const headers = listed(`content-encoding: ${many}`)
  const entry = entryOf({}, { headers, content: base64(bytes) })
  expect((await ask(await replay([entry]))).body.equals(bytes)).toBe(true)
})
