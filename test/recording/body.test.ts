import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ask, post, startRecorded, type Recorded } from './recorded.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' }

interface BodyCase {
  readonly type: string
  readonly recorded: string | Uint8Array
  readonly same: readonly (string | Uint8Array)[]
  readonly other: readonly (string | Uint8Array)[]
}

test.for<[name: string, bodies: BodyCase]>([
  [
    'JSON',
    {
      type: 'application/json',
      recorded: '{"a":[1,{"b":null,"c":"é"}],"d":1000}',
      same: ['{ "d": 1e3, "a": [1.0, {"c":"\\u00e9", "b": null}] }\n'],
      other: [
        '{"a":[{"b":null,"c":"é"},1],"d":1000}',
        '{"a":[1,{"b":null,"c":"e"}],"d":1000}',
        '{"a":[1,{"b":null,"c":"é"}],"d":"1000"}',
        '{"a":[1,{"c":"é"}],"d":1000}',
        '{"a":[1,{"b":null,"c":"é"}],"d":1000',
        '',
      ],
    },
  ],
  [
    'whole numbers that a double cannot hold',
    {
      type: 'application/json',
      recorded: '{"id":12345678901234567890,"n":1}',
      same: ['{"n":1, "id":12345678901234567890}'],
      other: ['{"id":12345678901234567891,"n":1}', '{"id":"12345678901234567890","n":1}'],
    },
  ],
  [
    'a key called __proto__',
    {
      type: 'application/json',
      recorded: '{"__proto__":{"a":1},"b":2}',
      same: ['{"b":2,"__proto__":{"a":1}}'],
      other: ['{"b":2}', '{"__proto__":{"a":2},"b":2}'],
    },
  ],
  [
    'JSON under a type that does not say so',
    {
      type: 'text/plain',
      recorded: '{"a":1,"b":2}',
      same: ['{"b":2, "a":1}'],
      other: ['{"b":2}'],
    },
  ],
  [
    'text that is no JSON',
    { type: 'text/plain', recorded: '1.0', same: ['1.0'], other: ['1', '1.0 ', ' 1.0'] },
  ],
  [
    'a JSON value that is no object',
    { type: 'application/json', recorded: '1.0', same: ['1', ' 1 '], other: ['2', '"1"'] },
  ],
  [
    'a form',
    {
      type: 'application/x-www-form-urlencoded; charset=UTF-8',
      recorded: 'a=1&b=x+y&a=2&c=%C3%A9',
      same: ['c=%c3%a9&a=2&b=x%20y&a=1'],
      other: ['a=1&b=x+y&c=%C3%A9', 'a=1&b=x+y&a=3&c=%C3%A9', 'a=1&b=xy&a=2&c=%C3%A9'],
    },
  ],
  [
    'bytes',
    {
      type: 'application/octet-stream',
      recorded: Buffer.from([0, 255, 128, 10]),
      same: [Buffer.from([0, 255, 128, 10])],
      other: [Buffer.from([0, 255, 129, 10]), Buffer.from([0, 255, 128]), ''],
    },
  ],
  [
    'JSON that is no UTF-8',
    {
      type: 'application/json',
      recorded: Buffer.from('{"a":"\u00E9"}', 'latin1'),
      same: [Buffer.from('{"a":"\u00E9"}', 'latin1')],
      other: [Buffer.from('{"a":"\u00E8"}', 'latin1')],
    },
  ],
])('the body counts by what it means: %s', async ([, { type, recorded, same, other }]) => {
  const headers = { 'content-type': type }
  const api = await startRecorded([
    { url: '/x', method: 'POST', headers, body: recorded, reply: 'recorded' },
  ])
  const send = (body: string | Uint8Array): Promise<string> =>
    ask(api, '/x', post(Buffer.from(body), headers))
  expect(await send(recorded)).toBe('recorded')
  expect(await Promise.all(same.map(send))).toEqual(same.map(() => 'recorded'))
  expect(await Promise.all(other.map(send))).toEqual(other.map(() => 'unhandled'))
})

function multipart(boundary: string, file: string): string {
  return [
    `--${boundary}`,
    'Content-Disposition: form-data; name="title"',
    '',
    'A -- b',
    `--${boundary}`,
    'Content-Disposition: form-data; name="file"; filename="a.txt"',
    'Content-Type: text/plain',
    '',
    file,
    `--${boundary}--`,
    '',
  ].join('\r\n')
}

function typeOf(boundary: string): Record<string, string> {
  return { 'content-type': `multipart/form-data; boundary=${boundary}` }
}

test('a multipart body counts whatever its boundary', async () => {
  const api = await startRecorded([
    {
      url: '/upload',
      method: 'POST',
      headers: typeOf('----recorded'),
      body: multipart('----recorded', 'content\r\n--of the file'),
      reply: 'stored',
    },
  ])
  const send = (boundary: string, type: string, file: string): Promise<string> =>
    ask(api, '/upload', post(multipart(boundary, file), typeOf(type)))
  expect(await send('x1', 'x1', 'content\r\n--of the file')).toBe('stored')
  expect(await send('x 2', '"x 2"; charset=utf-8', 'content\r\n--of the file')).toBe('stored')
  expect(await send('x1', 'x1', 'content\r\n--of the file\r\n')).toBe('unhandled')
  expect(await send('x1', 'x1', 'content\r\n--of another')).toBe('unhandled')
  const form = new FormData()
  form.set('title', 'A -- b')
  form.set('file', new Blob(['content\r\n--of the file'], { type: 'text/plain' }), 'a.txt')
  expect(await ask(api, '/upload', post(form))).toBe('stored')
  form.append('title', 'A -- b')
  expect(await ask(api, '/upload', post(form))).toBe('unhandled')
})

test.for<[paths: string[], same: unknown, other: unknown]>([
  [['$.user'], { user: 'z', keep: 1 }, { user: 'a', keep: 2 }],
  [['$.user'], { keep: 1 }, { keep: 1, more: 1 }],
  [['$.meta.id'], { user: 'a', keep: 1, meta: { id: 9, on: true } }, { user: 'a', keep: 1 }],
])('ignoreBody %j', async ([ignoreBody, same, other]) => {
  const recorded = {
    user: 'a',
    keep: 1,
    ...(ignoreBody[0] === '$.meta.id' && { meta: { id: 1, on: true } }),
  }
  const api = await startRecorded(
    [{ url: '/x', method: 'POST', body: JSON.stringify(recorded), reply: 'recorded' }],
    { match: { ignoreBody } },
  )
  expect(await ask(api, '/x', post(JSON.stringify(same)))).toBe('recorded')
  expect(await ask(api, '/x', post(JSON.stringify(other)))).toBe('unhandled')
})

test('ignoreBody takes paths into lists, at any depth, and of the whole', async () => {
  const body = JSON.stringify({
    id: 1,
    list: [
      { id: 2, n: 'a' },
      { n: 'b', deep: { id: 3 } },
    ],
    at: [1, 2],
  })
  const recorded: Recorded[] = [{ url: '/x', method: 'POST', body, reply: 'recorded' }]
  const send = async (ignoreBody: string[], sent: unknown): Promise<string> => {
    const api = await startRecorded(recorded, { match: { ignoreBody } })
    return ask(api, '/x', post(JSON.stringify(sent)))
  }
  const changed = {
    id: 7,
    list: [
      { id: 8, n: 'a' },
      { n: 'b', deep: { id: 9 } },
    ],
    at: [1, 2],
  }
  expect(await send(['$..id'], changed)).toBe('recorded')
  expect(await send(['$.id', '$.list[*].id'], changed)).toBe('unhandled')
  expect(await send(['$.id', '$.list[0].id', '$.list[1].deep'], changed)).toBe('recorded')
  expect(await send(['$..id', '$.list', '$.list[0].id'], { ...changed, list: 0 })).toBe('recorded')
  expect(await send(['$..id', '$.at[1]'], { ...changed, at: [1, 5] })).toBe('recorded')
  expect(await send(['$..id', '$.at[1]'], { ...changed, at: [5, 2] })).toBe('unhandled')
  expect(await send(['$..id', '$.at[1]'], { ...changed, at: [1] })).toBe('unhandled')
  expect(await send(["$..[?@.n == 'a']", '$..id'], changed)).toBe('recorded')
  expect(await send(['$'], 'anything')).toBe('unhandled')
  expect(await send(['$'], { any: 'thing' })).toBe('recorded')
})

test('a JSON path that is none is an error of start(), with the API and the path', async () => {
  const start = startRecorded([], { match: { ignoreBody: ['$.ok', '$.['] } })
  await expect(start).rejects.toMatchObject({
    name: 'MockberthError',
    code: 'INVALID_OPTION',
    message: expect.stringMatching(
      /^the API api: match\.ignoreBody got "\$\.\["; it takes JSON paths such as '\$\.user' or '\$\.\.id': ./,
    ),
  })
})

test('an entry of which nobody knows the body takes any, and one that agrees goes first', async () => {
  const api = await startRecorded([
    { url: '/x', method: 'POST', bodySize: -1, reply: 'any' },
    { url: '/x', method: 'POST', headers: FORM_TYPE, body: 'a=1', reply: 'a form' },
    { url: '/x', method: 'POST', bodySize: 0, reply: 'empty' },
  ])
  expect(await ask(api, '/x', post('a=1', FORM_TYPE))).toBe('a form')
  expect(await ask(api, '/x', post('a=2', FORM_TYPE))).toBe('any')
  expect(await ask(api, '/x', post('{"b":1}', JSON_TYPE))).toBe('any')
  expect(await ask(api, '/x', { method: 'POST' })).toBe('empty')
})

test('the type of a recorded body may be in postData alone', async () => {
  const mimeType = FORM_TYPE['content-type']
  const api = await startRecorded([
    { url: '/x', method: 'POST', mimeType, body: 'a=1&b=2', reply: 'recorded' },
  ])
  expect(await ask(api, '/x', post(new URLSearchParams({ b: '2', a: '1' })))).toBe('recorded')
  expect(await ask(api, '/x', post(new URLSearchParams({ b: '1', a: '2' })))).toBe('unhandled')
})

test('a compressed body matches whatever compressed it', async () => {
  const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' }
  const recorded = { method: 'POST', headers, reply: 'found' }
  const api = await startRecorded([
    { url: '/text', body: '{"a":1,"b":2}', ...recorded },
    { url: '/bytes', body: gzipSync('{"a":1,"b":2}', { level: 9 }), ...recorded },
  ])
  for (const path of ['/text', '/bytes']) {
    const same = gzipSync('{"b":2, "a":1}', { level: 1 })
    expect(await ask(api, path, post(same, headers))).toBe('found')
    expect(await ask(api, path, post(gzipSync('{"b":2}'), headers))).toBe('unhandled')
  }
})
