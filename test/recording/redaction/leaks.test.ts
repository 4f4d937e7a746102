import { expect, test } from 'vitest'
import type { CapturedContent } from '../../../src/recording/capture.ts'
import type { HarEntry, HarLog, HarPair } from '../../../src/recording/har.ts'
import { findLeaks } from '../../../src/recording/redaction/leaks.ts'
import { createRedactor } from '../../../src/recording/redaction/redactor.ts'
import { contentOf, jwt, key, pem, SECRETS } from './planted.ts'

const harOf = (...entries: HarEntry[]): HarLog => ({ entries })
const fieldsOf = (har: HarLog): string[] =>
  findLeaks(har).map(({ field, what }) => `${field}: ${what}`)
const github = SECRETS['a GitHub token']!
const named = 'a credential, by its name'
const bodyEntry = (mimeType: string, text: string, encoding?: string): HarEntry => ({
  response: { content: { mimeType, text, encoding } },
})
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64')

test('each leak is told with its entry, its field and what it is', () => {
  const har = harOf(
    { request: { method: 'GET', url: 'https://a.example/', headers: [] } },
    {
      request: {
        url: `https://jane:abc@a.example/${github}?api_key=abc&b=${jwt}`,
        headers: [
          { name: 'Authorization', value: 'Bearer abc' },
          { name: 'Cookie', value: 'sid=abc; theme=dark' },
          { name: 'X-Trace', value: github },
        ],
        queryString: [
          { name: 'api_key', value: 'abc' },
          { name: 'b', value: jwt },
        ],
        cookies: [{ name: 'sid', value: 'abc' }],
        postData: {
          mimeType: 'application/x-www-form-urlencoded',
          text: 'client_secret=abc&a=b',
          params: [{ name: 'client_secret', value: 'abc' }],
        },
      },
      response: {
        headers: [{ name: 'Set-Cookie', value: 'a=b; Path=/\nc=d' }],
        cookies: [{ name: 'a', value: 'b' }],
        redirectURL: '/?access_token=abc',
        content: {
          mimeType: 'application/json',
          text: JSON.stringify({ access_token: github, a: [{ 'b c': pem }], pin: 12 }),
        },
      },
    },
  )
  expect(findLeaks(har).every(({ entry }) => entry === 2)).toBe(true)
  expect(fieldsOf(har).toSorted()).toEqual(
    [
      'request.url: a password in a URL',
      'request.url: a GitHub token',
      `request.url ?api_key: ${named}`,
      'request.url ?b: a JWT',
      `request.headers.authorization: ${named}`,
      'request.headers.cookie sid: a cookie',
      'request.headers.cookie theme: a cookie',
      'request.headers.x-trace: a GitHub token',
      `request.queryString.api_key: ${named}`,
      'request.queryString.b: a JWT',
      'request.cookies.sid: a cookie',
      `request.postData client_secret: ${named}`,
      'response.headers.set-cookie a: a cookie',
      'response.headers.set-cookie c: a cookie',
      'response.cookies.a: a cookie',
      `response.redirectURL ?access_token: ${named}`,
      'response.content $.access_token: a GitHub token',
      'response.content $.a[0]["b c"]: a private key',
      `response.content $.pin: ${named}`,
    ].toSorted(),
  )
})

test('leaks are found in bodies of every kind, and where HAR 1.2 has no field', () => {
  const har = harOf(
    bodyEntry('text/event-stream', 'data: {"a":1}\n\ndata: {"token":"abc"}\n\n'),
    bodyEntry('application/json', base64('{"token":"abc"}'), 'base64'),
    bodyEntry('image/png', base64(`\0\u00FF ${github}`), 'base64'),
    bodyEntry('text/plain', `it is ${github}`),
    {
      request: {
        postData: {
          mimeType: 'multipart/form-data; boundary=b',
          text: '--b\r\nContent-Disposition: form-data; name="pin"\r\n\r\nabc\r\n--b--\r\n',
        },
      },
    },
    { _webSocketMessages: [{ data: github }] } as HarEntry,
  )
  expect(findLeaks(har)).toEqual([
    { entry: 1, field: 'response.content $.token', what: named },
    { entry: 2, field: 'response.content $.token', what: named },
    { entry: 3, field: 'response.content', what: 'a GitHub token' },
    { entry: 4, field: 'response.content', what: 'a GitHub token' },
    { entry: 5, field: 'request.postData pin', what: named },
    { entry: 6, field: '_webSocketMessages[0].data', what: 'a GitHub token' },
  ])
})

test('what is told never holds the secret', () => {
  const har = harOf(
    ...Object.values(SECRETS).map((secret) => ({
      request: {
        url: `https://a.example/?a=${encodeURIComponent(secret)}&token=${encodeURIComponent(secret)}`,
        headers: [{ name: 'authorization', value: `Bearer ${secret}` }],
        postData: { mimeType: 'application/json', text: JSON.stringify({ note: secret }) },
      },
    })),
  )
  const leaks = findLeaks(har)
  const text = JSON.stringify(leaks)
  for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret.slice(8, 30))
  for (const [index] of Object.keys(SECRETS).entries()) {
    const fields = leaks.filter(({ entry }) => entry === index + 1).map(({ field }) => field)
    expect(fields).toContain('request.url ?a')
    expect(fields).toContain('request.url ?token')
    expect(fields).toContain('request.headers.authorization')
    expect(fields).toContain('request.postData $.note')
  }
})

test('a HAR of redacted exchanges has no leaks', () => {
  const redactor = createRedactor(undefined, key)
  for (const secret of [
    ...Object.values(SECRETS),
    'hunter2',
    'it is long, and has spaces',
    '1234',
    'ab'.repeat(16),
  ]) {
    const content = redactor.redact(
      contentOf({
        url: `https://a.example/${encodeURIComponent(secret)}?token=${encodeURIComponent(secret)}`,
        requestHeaders: [
          'Authorization',
          `Basic ${Buffer.from(secret).toString('base64')}`,
          'Cookie',
          'a=b; c=d',
          'content-type',
          'application/x-www-form-urlencoded',
        ],
        requestBody: new URLSearchParams({ password: secret, note: secret }).toString(),
        responseHeaders: ['Set-Cookie', 'a=b; Path=/', 'X-Api-Key', secret.replaceAll('\n', '')],
        responseBody: JSON.stringify({ id_token: secret, pin: 12, a: [{ secrets: [secret] }] }),
      }),
    )
    expect(findLeaks(harOf(entryOf(content)))).toEqual([])
  }
})

test('a HAR from anybody is no reason to fail', () => {
  const odd = [
    null,
    {},
    { request: 5, response: [] },
    {
      request: { headers: 'a', url: 5, postData: { params: [null], text: 7 } },
      response: { content: { text: null } },
    },
  ]
  expect(findLeaks({ entries: odd as unknown as HarEntry[] })).toEqual([])
})

test('with false, there are no leaks; with rules of its own, an API has its own', () => {
  const har = harOf({ request: { url: 'https://a.example/?token=abc&ref=abc' } })
  expect(findLeaks(har, { redact: false })).toEqual([])
  expect(findLeaks(har, { redact: { names: ['ref'], keep: ['token'] } })).toEqual([
    { entry: 1, field: 'request.url ?ref', what: named },
  ])
})

function pairs(list: readonly string[]): HarPair[] {
  return list.flatMap((name, index) => (index % 2 === 0 ? [{ name, value: list[index + 1] }] : []))
}

function entryOf(content: CapturedContent): HarEntry {
  return {
    request: {
      url: content.url,
      headers: pairs(content.requestHeaders),
      queryString: [...new URL(content.url).searchParams].map(([name, value]) => ({ name, value })),
      postData: { mimeType: 'application/x-www-form-urlencoded', text: content.requestBody },
    },
    response: {
      headers: pairs(content.responseHeaders),
      content: { mimeType: 'application/json', text: content.responseBody },
    },
  }
}
