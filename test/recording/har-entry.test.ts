import { expect, test } from 'vitest'
import type { Capture } from '../../src/recording/capture.ts'
import { toHarEntry } from '../../src/recording/har-entry.ts'
import { captureOf, entryErrors, linesOf, replayed, replyOf } from './captured.ts'

/** The entry as it is written, which is valid. */
function written(given: Partial<Capture>): any {
  const entry = toHarEntry(captureOf(given))
  expect(entryErrors(entry)).toEqual([])
  return JSON.parse(JSON.stringify(entry))
}

const JSON_CAPTURE: Partial<Capture> = {
  method: 'POST',
  url: 'https://api.test/users?page=2&q=a%20b&q=',
  requestHeaders: linesOf(
    'host: api.test',
    'Cookie: a=1; b="x=y"',
    'Content-Type: application/json',
    'content-length: 13',
  ),
  requestBody: '{"name":"é"}',
  requestSize: 13,
  status: 201,
  statusText: 'Created',
  responseHeaders: linesOf(
    'Content-Type: application/json; charset=utf-8',
    'Content-Encoding: gzip',
    'Set-Cookie: id=7; Path=/; HttpOnly',
    'Location: /users/7',
  ),
  responseBody: '{"id":7,"name":"é","text":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}',
  responseSize: 52,
  timings: { blocked: 1.4, dns: 2.2, connect: 30.6, ssl: 20.4, send: 0.2, wait: 99.5, receive: 1 },
  serverAddress: '93.184.216.34',
}

const JSON_ENTRY = {
  startedDateTime: '2026-01-02T03:04:05.678Z',
  time: 135,
  request: {
    method: 'POST',
    url: 'https://api.test/users?page=2&q=a%20b&q=',
    httpVersion: 'HTTP/1.1',
    cookies: [
      { name: 'a', value: '1' },
      { name: 'b', value: '"x=y"' },
    ],
    headers: [
      { name: 'host', value: 'api.test' },
      { name: 'Cookie', value: 'a=1; b="x=y"' },
      { name: 'Content-Type', value: 'application/json' },
      { name: 'content-length', value: '13' },
    ],
    queryString: [
      { name: 'page', value: '2' },
      { name: 'q', value: 'a b' },
      { name: 'q', value: '' },
    ],
    postData: { mimeType: 'application/json', text: '{"name":"é"}' },
    headersSize:
      'POST /users?page=2&q=a%20b&q= HTTP/1.1\r\nhost: api.test\r\nCookie: a=1; b="x=y"\r\nContent-Type: application/json\r\ncontent-length: 13\r\n\r\n'
        .length,
    bodySize: 13,
  },
  response: {
    status: 201,
    statusText: 'Created',
    httpVersion: 'HTTP/1.1',
    cookies: [{ name: 'id', value: '7', path: '/', httpOnly: true, secure: false }],
    headers: [
      { name: 'Content-Type', value: 'application/json; charset=utf-8' },
      { name: 'Content-Encoding', value: 'gzip' },
      { name: 'Set-Cookie', value: 'id=7; Path=/; HttpOnly' },
      { name: 'Location', value: '/users/7' },
    ],
    content: {
      size: 63,
      compression: 11,
      mimeType: 'application/json; charset=utf-8',
      text: '{"id":7,"name":"é","text":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}',
    },
    redirectURL: '/users/7',
    headersSize:
      'HTTP/1.1 201 Created\r\nContent-Type: application/json; charset=utf-8\r\nContent-Encoding: gzip\r\nSet-Cookie: id=7; Path=/; HttpOnly\r\nLocation: /users/7\r\n\r\n'
        .length,
    bodySize: 52,
  },
  cache: {},
  timings: { blocked: 1, dns: 2, connect: 31, ssl: 20, send: 0, wait: 100, receive: 1 },
  serverIPAddress: '93.184.216.34',
}

test('JSON over a fresh connection, in an order of keys that is always the same', () => {
  const entry = written(JSON_CAPTURE)
  expect(entry).toEqual(JSON_ENTRY)
  expect(JSON.stringify(entry)).toBe(JSON.stringify(JSON_ENTRY))
})

test('an empty reply to a GET over a connection that was there', () => {
  expect(written({})).toEqual({
    startedDateTime: '2026-01-02T03:04:05.678Z',
    time: 0,
    request: {
      method: 'GET',
      url: 'https://api.test/',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [],
      queryString: [],
      headersSize: 18,
      bodySize: 0,
    },
    response: {
      status: 200,
      statusText: 'OK',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [],
      content: { size: 0, mimeType: '' },
      redirectURL: '',
      headersSize: 19,
      bodySize: 0,
    },
    cache: {},
    timings: { blocked: 0, dns: -1, connect: -1, ssl: -1, send: 0, wait: 0, receive: 0 },
  })
})

test('bytes are base64, whichever way they go', async () => {
  const bytes = Buffer.from([0, 255, 128, 10])
  const capture = captureOf({
    method: 'PUT',
    requestHeaders: ['content-type', 'image/png'],
    requestBody: bytes,
    requestSize: 4,
    responseHeaders: ['content-type', 'image/webp'],
    responseBody: bytes,
    responseSize: 4,
  })
  const { request, response } = written(capture)
  expect(request.postData).toEqual({ mimeType: 'image/png', text: 'AP+ACg==', encoding: 'base64' })
  expect(response.content).toEqual({
    size: 4,
    mimeType: 'image/webp',
    text: 'AP+ACg==',
    encoding: 'base64',
  })
  const entry = await replayed(capture)
  expect(replyOf(entry).body.equals(bytes)).toBe(true)
  expect(bytes.equals(entry.request.body!)).toBe(true)
})

test('server-sent events have their times, in whole milliseconds', async () => {
  const capture = captureOf({
    responseHeaders: ['content-type', 'text/event-stream'],
    responseBody: 'data: 1\n\ndata: 2\n\n',
    responseSize: 18,
    eventTimes: [0, 12.6],
  })
  expect(written(capture).response.content).toEqual({
    size: 18,
    mimeType: 'text/event-stream',
    text: 'data: 1\n\ndata: 2\n\n',
    _eventTimes: '0 13',
  })
  expect((await replayed(capture)).timing.events).toEqual([0, 13])
})

test('a reply without a body tells of none, whatever its headers say of the one it could have', () => {
  const { response } = written({
    method: 'HEAD',
    responseHeaders: ['Content-Length', '1000', 'Content-Encoding', 'gzip'],
  })
  expect(response.content).toEqual({ size: 0, mimeType: '' })
})

test('text of another charset has the size that came', () => {
  const { response } = written({
    responseHeaders: ['content-type', 'text/plain; charset=iso-8859-1'],
    responseBody: 'Zoë',
    responseSize: 3,
  })
  expect(response.content).toMatchObject({ size: 3, text: 'Zoë' })
  expect(response.content).not.toHaveProperty('compression')
})

test.for<[header: string, cookie: object]>([
  ['a=1', { name: 'a', value: '1', httpOnly: false, secure: false }],
  [
    'a=b=c; Path=/x; Domain=api.test; Secure; HttpOnly; SameSite=None',
    { name: 'a', value: 'b=c', path: '/x', domain: 'api.test', httpOnly: true, secure: true },
  ],
  [
    'a=; EXPIRES=Wed, 21 Oct 2026 07:28:00 GMT; Max-Age=5',
    { name: 'a', value: '', expires: '2026-10-21T07:28:00.000Z', httpOnly: false, secure: false },
  ],
  [
    'a=1; expires=Wed, 21-Oct-2026 07:28:00',
    { name: 'a', value: '1', expires: '2026-10-21T07:28:00.000Z', httpOnly: false, secure: false },
  ],
  ['a=1; expires=soon', { name: 'a', value: '1', httpOnly: false, secure: false }],
  ['alone; secure', { name: '', value: 'alone', httpOnly: false, secure: true }],
])('the cookie %j', ([header, cookie]) => {
  const { response } = written({ responseHeaders: ['set-cookie', header] })
  expect(response.cookies).toEqual([cookie])
})

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}

test('bytes of UTF-8 in a head are text, and bytes again when they are replayed', async () => {
  const capture = captureOf({
    statusText: latin1('Zoë ✓'),
    responseHeaders: ['X-Name', latin1('Zoë ✓'), 'X-Latin', 'Zo\u00EB'],
  })
  const { response } = written(capture)
  expect(response.statusText).toBe('Zoë ✓')
  expect(response.headers).toEqual([
    { name: 'X-Name', value: 'Zoë ✓' },
    { name: 'X-Latin', value: 'Zoë' },
  ])
  const entry = await replayed(capture)
  expect(replyOf(entry).rawHeaders.slice(0, 2)).toEqual(['X-Name', latin1('Zoë ✓')])
  expect(entry.answer).toMatchObject({ reply: { statusText: latin1('Zoë ✓') } })
})
