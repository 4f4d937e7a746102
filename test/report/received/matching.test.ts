import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { ReceivedOptions } from '../../../src/vitest/index.ts'
import { apiAsked, failureOf } from './failure.ts'

const json = (value: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(value) })
const text = (body: string | Uint8Array<ArrayBuffer>): RequestInit => ({ method: 'POST', body })
const user = { name: 'Mona', tags: ['a', 'b'], address: { city: 'Bern' } }
/** As the matchers of other packages may be. */
const UNTYPED = { asymmetricMatch: () => true, getExpectedType: () => undefined }
const repeated = new Headers([
  ['x-tag', 'a'],
  ['x-tag', 'b'],
])

test.for<[string, string, RequestInit, ReceivedOptions, boolean]>([
  ['no options', '/?a=1', {}, {}, true],
  ['a query parameter', '/?page=2&x=1', {}, { query: { page: '2' } }, true],
  ['another value', '/?page=2', {}, { query: { page: '1' } }, false],
  ['one that is not there', '/', {}, { query: { page: '1' } }, false],
  ['a number', '/?page=2', {}, { query: { page: 2 } }, true],
  ['a boolean', '/?all=false', {}, { query: { all: false } }, true],
  ['what is encoded', '/?q=a%20b+c%26', {}, { query: { q: 'a b c&' } }, true],
  ['a parameter without value', '/?all', {}, { query: { all: '' } }, true],
  ['absent', '/?page=2', {}, { query: { all: undefined } }, true],
  ['absent, and there', '/?all=', {}, { query: { all: undefined } }, false],
  ['a list', '/?tag=a&tag=b', {}, { query: { tag: ['a', 'b'] } }, true],
  ['a list in another order', '/?tag=b&tag=a', {}, { query: { tag: ['a', 'b'] } }, false],
  ['a longer list', '/?tag=a&tag=b', {}, { query: { tag: ['a'] } }, false],
  ['one value of several', '/?tag=a&tag=b', {}, { query: { tag: 'a' } }, false],
  ['a list of numbers', '/?n=1&n=2', {}, { query: { n: [1, expect.any(String)] } }, true],
  ['a matcher', '/?q=abc', {}, { query: { q: expect.stringContaining('b') } }, true],
  ['a matcher that refuses', '/?q=abc', {}, { query: { q: expect.stringContaining('x') } }, false],
  ['a matcher of nothing', '/', {}, { query: { q: expect.anything() } }, false],
  [
    'a matcher of lists, one value',
    '/?t=a',
    {},
    { query: { t: expect.arrayContaining(['a']) } },
    true,
  ],
  [
    'a matcher of lists',
    '/?t=a&t=b',
    {},
    { query: { t: expect.not.arrayContaining(['b']) } },
    false,
  ],
  ['a header in any case', '/', { headers: { 'x-id': '7' } }, { headers: { 'X-Id': 7 } }, true],
  ['another header', '/', { headers: { 'x-id': '7' } }, { headers: { 'x-id': '8' } }, false],
  ['a header that is absent', '/', {}, { headers: { 'x-id': undefined } }, true],
  ['no name of a header', '/', {}, { headers: { 'no name': undefined } }, true],
  ['a header twice', '/', { headers: repeated }, { headers: { 'x-tag': 'a, b' } }, true],
  [
    'a header with a matcher',
    '/',
    { headers: { accept: 'text/html' } },
    { headers: { accept: expect.stringMatching(/html$/) } },
    true,
  ],
  ['JSON', '/', json(user), { body: { ...user, tags: ['a', 'b'] } }, true],
  ['JSON in another order', '/', json({ a: 1, b: 2 }), { body: { b: 2, a: 1 } }, true],
  ['more JSON', '/', json(user), { body: { name: 'Mona' } }, false],
  ['part of JSON', '/', json(user), { body: expect.objectContaining({ name: 'Mona' }) }, true],
  [
    'matchers deep in JSON',
    '/',
    json(user),
    { body: { ...user, address: { city: expect.stringMatching(/^B/) } } },
    true,
  ],
  ['a matcher of JSON', '/', json([1]), { body: expect.any(Array) }, true],
  ['null', '/', json(null), { body: null }, true],
  ['a number', '/', json(1), { body: 1 }, true],
  ['no JSON', '/', text('a=1'), { body: { a: 1 } }, false],
  ['text', '/', text('a\nb'), { body: 'a\nb' }, true],
  ['text of JSON', '/', json(user), { body: JSON.stringify(user) }, true],
  ['other text', '/', text('a'), { body: 'b' }, false],
  ['text with a byte order mark', '/', text('\uFEFFa'), { body: '\uFEFFa' }, true],
  ['text without it', '/', text('\uFEFFa'), { body: 'a' }, true],
  ['a matcher that does not say its type', '/', text('a'), { body: UNTYPED }, true],
  ['a matcher of text', '/', json(user), { body: expect.stringContaining('"name"') }, true],
  ['a matcher, and no JSON', '/', text('a'), { body: expect.anything() }, true],
  ['a matcher, and no body', '/', {}, { body: expect.anything() }, false],
  ['a matcher, and null', '/', json(null), { body: expect.anything() }, false],
  ['no body', '/', {}, { body: '' }, true],
  ['bytes', '/', text(Buffer.from([0, 255, 1])), { body: new Uint8Array([0, 255, 1]) }, true],
  ['other bytes', '/', text(Buffer.from([0, 255])), { body: new Uint8Array([0, 254]) }, false],
  [
    'form fields',
    '/',
    text('b=2&a=1%20&b=3'),
    { body: new URLSearchParams({ a: '1 ', b: '2' }) },
    false,
  ],
  [
    'form fields in another order',
    '/',
    text('b=2&a=1%20&b=3'),
    { body: new URLSearchParams('a=1+&b=2&b=3') },
    true,
  ],
  [
    'fields of one name in another order',
    '/',
    text('b=3&b=2'),
    { body: new URLSearchParams('b=2&b=3') },
    false,
  ],
  [
    'what is compressed',
    '/',
    { method: 'POST', body: gzipSync('{"a":1}'), headers: { 'content-encoding': 'gzip' } },
    { body: { a: 1 } },
    true,
  ],
  [
    'bytes that are compressed',
    '/',
    { method: 'POST', body: gzipSync('ab'), headers: { 'content-encoding': 'gzip' } },
    { body: Buffer.from('ab') },
    true,
  ],
  [
    'a body that is not what its headers say',
    '/',
    { method: 'POST', body: 'ab', headers: { 'content-encoding': 'gzip' } },
    { body: 'ab' },
    false,
  ],
  [
    'all at once',
    '/?page=2',
    { ...json(user), headers: { accept: 'text/html' } },
    { query: { page: 2 }, headers: { accept: 'text/html' }, body: user, times: 1 },
    true,
  ],
])('%s', async ([, target, init, options, isSo]) => {
  const api = await apiAsked([[target, init]])
  const args = [init.method ?? 'GET', '/', options] as const
  expect(failureOf(() => expect(api).toHaveReceived(...args)) === undefined).toBe(isSo)
  expect(failureOf(() => expect(api).not.toHaveReceived(...args)) === undefined).toBe(!isSo)
})

test.for<[times: number | undefined, counts: readonly number[]]>([
  [undefined, [1, 2, 3]],
  [0, [0]],
  [1, [1]],
  [2, [2]],
])('times %s is right for counts %j', async ([times, counts]) => {
  for (const count of [0, 1, 2, 3]) {
    const api = await apiAsked([
      ['/other'],
      ...Array.from({ length: count }, () => ['/a'] as const),
    ])
    const args = ['GET', '/a', times === undefined ? {} : { times }] as const
    const isSo = counts.includes(count)
    expect(failureOf(() => expect(api).toHaveReceived(...args)) === undefined).toBe(isSo)
    expect(failureOf(() => expect(api).not.toHaveReceived(...args)) === undefined).toBe(!isSo)
  }
})

test('method and path are compared as find() does', async () => {
  const api = await apiAsked([['/users/octocat?page=1', { method: 'DELETE' }]])
  expect(api).toHaveReceived('delete')
  expect(api).toHaveReceived('DELETE', undefined, { query: { page: 1 } })
  expect(api).toHaveReceived('DELETE', '/users/:login')
  expect(api).toHaveReceived('DELETE', '*')
  expect(api).toHaveReceived('DELETE', /octocat$/)
  expect(api).not.toHaveReceived('DELETE', '/users')
  expect(api).not.toHaveReceived('GET', '/users/:login')
})

test('a matcher that throws is no difference', async () => {
  const api = await apiAsked([['/', { method: 'POST', body: '{}' }]])
  const broken = {
    asymmetricMatch(): boolean {
      throw new TypeError('broken')
    },
  }
  expect(() => expect(api).not.toHaveReceived('POST', '/', { body: broken })).toThrow('broken')
  expect(() => expect(api).not.toHaveReceived('POST', '/', { query: { a: broken } })).toThrow(
    'broken',
  )
})
