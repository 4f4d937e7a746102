import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { Recorded } from '../recording/recorded.ts'
import { nearestTo, type MissCase } from './missed.ts'

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const post = (body: unknown): Recorded => ({
  method: 'POST',
  url: '/users',
  headers: json,
  body: JSON.stringify(body),
})

const SECRET = 'REDACTED0123456789abcdef'
const multipart = { 'content-type': 'multipart/form-data; boundary=b' }
const file = (content: string): string =>
  `--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n${content}\r\n--b--\r\n`

const CASES: Record<string, MissCase> = {
  'a slash at the end means something to an entry': {
    entries: [{ url: '/teams' }, { url: '/users' }],
    request: ['GET /users/'],
    nearest: ['GET /users', 'path: takes no slash at its end, got one'],
  },
  'another value in the query, before another path': {
    handlers: [http.get('/searches', () => HttpResponse.json({}))],
    entries: [{ url: '/search?page=1&sort=up' }, { url: '/search?page=1' }],
    request: ['GET /search?page=2'],
    nearest: ['GET /search?page=1', 'query page: takes "1", got "2"'],
  },
  'a parameter that is missing': {
    entries: [{ url: '/search?q=x&page=1' }, { url: '/search?page=1' }],
    request: ['GET /search?page=1&q=%20y'],
    nearest: ['GET /search?q=x&page=1', 'query q: takes "x", got " y"'],
  },
  'a parameter that is repeated': {
    entries: [{ url: '/search?tag=a&tag=b' }],
    request: ['GET /search?tag=a'],
    nearest: ['GET /search?tag=a&tag=b', 'query tag: takes "a" and "b", got "a"'],
  },
  'what is ignored in a query does not count': {
    entries: [{ url: '/search?_=1&page=1' }, { url: '/search?_=2&page=1&sort=up' }],
    match: { ignoreQuery: ['_'] },
    request: ['GET /search?_=2&page=2'],
    nearest: ['GET /search?_=1&page=1', 'query page: takes "1", got "2"'],
  },
  'a header that must agree': {
    entries: [
      { url: '/users', headers: { 'X-Tenant': 'a' } },
      { url: '/teams', headers: { 'X-Tenant': 'b' } },
    ],
    match: { headers: ['x-tenant'] },
    request: ['GET /users', undefined, { 'x-tenant': 'b' }],
    nearest: ['GET /users', 'header x-tenant: takes "a", got "b"'],
  },
  'a header that is missing': {
    entries: [{ url: '/users', headers: { 'X-Tenant': 'a' } }],
    match: { headers: ['x-tenant'] },
    request: ['GET /users'],
    nearest: ['GET /users', 'header x-tenant: takes "a", got nothing'],
  },
  'fields of a JSON body': {
    entries: [
      post({ user: { name: 'Lisa', tags: ['a'] }, page: 1 }),
      post({ user: { name: 'Mona', tags: ['a', 'b'] }, page: 1 }),
      post({ other: true }),
    ],
    request: ['POST /users', '{"user":{"name":"Mona","tags":["a","c"]},"page":2}', json],
    nearest: [
      'POST /users',
      'body $.user.tags[1]: takes "b", got "c"',
      'body $.page: takes 1, got 2',
    ],
  },
  'fields that are there or not, and of another type': {
    entries: [post({ id: 1, 'a b': null, list: [1] })],
    request: ['POST /users', '{"id":"1","more":{},"list":{"length":1}}', json],
    nearest: [
      'POST /users',
      'body $.id: takes 1, got "1"',
      'body $["a b"]: takes null, got nothing',
      'body $.list: takes a list of 1, got an object of 1',
      'body $.more: takes nothing, got an object of 0',
    ],
  },
  'what is ignored in a body does not count': {
    entries: [post({ id: 1, name: 'Mona' }), post({ id: 2, name: 'Lisa', age: 3 })],
    match: { ignoreBody: ['$.id'] },
    request: ['POST /users', '{"id":2,"name":"Lisa"}', json],
    nearest: ['POST /users', 'body $.name: takes "Mona", got "Lisa"'],
  },
  'numbers that a double cannot hold': {
    entries: [{ ...post({}), body: '{"id":90071992547409931}' }],
    request: ['POST /users', '{"id":90071992547409932}', json],
    nearest: ['POST /users', 'body $.id: takes 90071992547409931, got 90071992547409932'],
  },
  'fields of a form': {
    entries: [{ method: 'POST', url: '/token', headers: form, body: 'grant=code&scope=a' }],
    request: ['POST /token', 'scope=b&grant=code', form],
    nearest: ['POST /token', 'body field scope: takes "a", got "b"'],
  },
  'bodies of text': {
    entries: [{ method: 'POST', url: '/say', body: 'hello' }],
    request: ['POST /say', 'help'],
    nearest: ['POST /say', 'body: takes "hello", got "help"'],
  },
  'a body where none was recorded': {
    entries: [{ method: 'POST', url: '/say' }],
    request: ['POST /say', 'help'],
    nearest: ['POST /say', 'body: takes nothing, got "help"'],
  },
  'the same place with another body, before another method': {
    handlers: [http.get('/users', () => HttpResponse.json({}))],
    entries: [post({ a: 1, b: 2, c: 3, d: 4, e: 5 })],
    request: ['POST /users', '{"a":5,"b":4,"c":0,"d":2,"e":1}', json],
    nearest: [
      'POST /users',
      ...[1, 2, 3, 4, 5].map(
        (value, index) => `body $.${'abcde'[index]}: takes ${value}, got ${[5, 4, 0, 2, 1][index]}`,
      ),
    ],
  },
  'what normalize makes of it': {
    entries: [{ url: '/days/2026-01-01/a' }],
    match: {
      normalize: (request) => {
        request.path = request.path.replace(/\d{4}-\d\d-\d\d/, 'date')
      },
    },
    request: ['GET /days/2026-11-25/b'],
    nearest: ['GET /days/2026-01-01/a', 'path segment 3: takes "a", got "b"'],
  },
  'the same values, another number of times': {
    entries: [{ url: '/search?tag=a&tag=b&tag=b' }],
    request: ['GET /search?tag=a&tag=b&tag=a'],
    nearest: [
      'GET /search?tag=a&tag=b&tag=b',
      'query tag: takes "a" and "b" and "b", got "a" and "b" and "a"',
    ],
  },
  'bytes that are no UTF-8': {
    entries: [{ url: '/search?q=M%FCller' }],
    request: ['GET /search?q=M%E4ller'],
    nearest: ['GET /search?q=M%FCller', 'query q: takes "M%FCller", got "M%E4ller"'],
  },
  'names that are no words': {
    entries: [{ url: '/search' }],
    request: ['GET /search?a%0Ab=1&=2&%22=3&a%20b=4'],
    nearest: [
      'GET /search',
      'query "a\\nb": takes nothing, got "1"',
      'query "": takes nothing, got "2"',
      String.raw`query "\"": takes nothing, got "3"`,
      'query a b: takes nothing, got "4"',
    ],
  },
  'long texts that begin alike': {
    entries: [{ method: 'POST', url: '/say', body: `${'x'.repeat(100)}a` }],
    request: ['POST /say', `${'x'.repeat(100)}b`],
    nearest: ['POST /say', `body: takes "…${'x'.repeat(20)}a", got "…${'x'.repeat(20)}b"`],
  },
  'fields that every object has': {
    entries: [post({ id: 1 })],
    request: ['POST /users', '{"constructor":1,"__proto__":2,"id":1}', json],
    nearest: [
      'POST /users',
      'body $.constructor: takes nothing, got 1',
      'body $.__proto__: takes nothing, got 2',
    ],
  },
  'a zero below zero is a zero': {
    entries: [post({ id: 0, page: 1 })],
    request: ['POST /users', '{"id":-0,"page":2}', json],
    nearest: ['POST /users', 'body $.page: takes 1, got 2'],
  },
  'a field deep down': {
    entries: [{ ...post({}), body: `${'{"a":'.repeat(150)}1${'}'.repeat(150)}` }],
    request: ['POST /users', `${'{"a":'.repeat(150)}2${'}'.repeat(150)}`, json],
    nearest: ['POST /users', `body $…${'.a'.repeat(20)}: takes 1, got 2`],
  },
  'the content of a file': {
    entries: [{ method: 'POST', url: '/files', headers: multipart, body: file('one') }],
    request: ['POST /files', file('two'), multipart],
    nearest: ['POST /files', 'body field file: takes "a.txt: one", got "a.txt: two"'],
  },
  'a text from which a secret was taken': {
    entries: [{ method: 'POST', url: '/say', body: `I am ${SECRET}, hello` }],
    request: ['POST /say', 'I am Mona, goodbye'],
    nearest: ['POST /say', `body: takes "I am ${SECRET}, hello", got "I am Mona, goodbye"`],
  },
  'a text in the place of JSON from which a secret was taken': {
    entries: [post({ token: SECRET })],
    request: ['POST /users', 'hello'],
    nearest: [
      'POST /users',
      `body: takes ${JSON.stringify(JSON.stringify({ token: SECRET }))}, got "hello"`,
    ],
  },
  'a secret that was taken out fits anything': {
    entries: [
      { url: '/users?access_token=REDACTED0123456789abcdef&page=1' },
      { url: '/users?access_token=s3cret&page=1&sort=up' },
    ],
    request: ['GET /users?access_token=s3cret&page=2'],
    nearest: [
      'GET /users?access_token=REDACTED0123456789abcdef&page=1',
      'query page: takes "1", got "2"',
    ],
  },
  'percent-encoding means nothing': {
    entries: [{ url: '/files/a%20b/c' }],
    request: ['GET /files/%61%20b/d'],
    nearest: ['GET /files/a%20b/c', 'path segment 3: takes "c", got "d"'],
  },
}

test.for(Object.entries(CASES))('%s', async ([, missed]) => {
  expect(await nearestTo(missed)).toEqual(missed.nearest)
})
