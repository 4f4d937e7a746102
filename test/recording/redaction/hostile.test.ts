import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CapturedContent } from '../../../src/recording/capture.ts'
import { findLeaks } from '../../../src/recording/redaction/leaks.ts'
import { withoutPlaceholders } from '../../../src/recording/redaction/placeholder.ts'
import { createRedactor } from '../../../src/recording/redaction/redactor.ts'
import { contentOf, formsOf, jwt, key, SECRETS, textOf } from './planted.ts'

const BOUNDS = { numRuns: 100_000, interruptAfterTimeLimit: 1000 }
/** What grows with the square of this does not end before a test has to. */
const SIZE = 256 * 1024
const filled = (part: string): string => part.repeat(Math.ceil(SIZE / part.length))

const HOSTILE = [
  'a', '0', '"', '\\"', '\\', '{', '[', '{"a":', '["', '%', '%25', '%3D', '=', '&', '?a=', '/', ':', '@', '-', '_', '<a ', '<a>', '</', '\n', ' ',
  '-eyJ', 'eyJ', '.eyJaaaaaaaa', 'eyJaaaaaaaa.', '--eyJ', '%3DeyJ', 'sk-', '-sk-proj-', 'ghp_', '_ghp_', 'SG.', 'SG.aaaaaaaaaaaaaaaaaaaa.', 'ya29.', 'xoxb-', 'hooks.slack.com/services/T',
  'AKIA', 'https://', '://a:', '://:', '%3A%2F%2F', 'https://a:b', '-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\\n-', '-----BEGIN ', '--', 'PRIVATE KEY', 'token', 'token=', 'tokens', 'token1', 'token_value', '"token":', '"token":"a",', 'token=a&', 'password', '\\u0070', '?token=a', ';token=', '\ntoken=abcdefgh12345678', 'a=', '"value":', '-1', '1e', '9', 'REDACTED', '4edac7ed', '73322833', 'sk-REDACTED', '{"token":{"value":[', 'Content-Disposition: form-data; name=', '--b\r\n', '\r\n\r\n',
] // prettier-ignore

test.each(HOSTILE)('a long text of %j is read to its end', (part) => {
  const text = filled(part)
  const type = part.startsWith('--b') ? 'multipart/form-data; boundary=b' : 'application/json'
  for (const body of [`{"token":"abcdefgh12345678","x":"${text}"}`, Buffer.from(text)]) {
    const content = contentOf({
      requestHeaders: ['Content-Type', type, 'X-Trace', text, 'Cookie', text],
      requestBody: body,
    })
    expect(createRedactor(undefined, key).redact(content)).toMatchObject({ status: 200 })
  }
  expect(withoutPlaceholders(`${text}${text} REDACTED0123456789 ${text}`)).toContain('REDACTED')
  const form = { mimeType: 'application/x-www-form-urlencoded', text }
  const leaks = findLeaks({
    entries: [{ request: { url: `https://a.example/${text}`, postData: form } }],
  })
  expect(leaks.every(({ entry }) => entry === 1)).toBe(true)
})

test.each([
  ['token', '1'],
  ['token', '_value'],
  ['"', '\\"'],
  ['eyJ', 'a'],
  ['SG.', 'a'],
  ['https://', ':a'],
  ['-----BEGIN PRIVATE KEY-----', 'a '],
  ['<token ', 'a'],
  ['<token>', 'a'],
  ['?token=', '('],
])('a long text that begins with %j and goes on with %j is read to its end', (start, part) => {
  const text = start + filled(part)
  for (const responseBody of [text, `{"a":"${text}"}`, Buffer.from(text)]) {
    const content = contentOf({ statusText: text, responseBody })
    expect(createRedactor(undefined, key).redact(content)).toMatchObject({ status: 200 })
  }
})

test('with many secrets known, a text without any is the same text', () => {
  const redactor = createRedactor(undefined, key)
  for (let count = 0; count < 20_000; count++) {
    redactor.redact(contentOf({ responseBody: `{"token":"ghp_${'a1b2c3'.repeat(5)}${count}x"}` }))
  }
  const content = contentOf({ responseBody: filled('some words of no meaning at all, ') })
  expect(redactor.redact(content)).toBe(content)
})

/** The short names of secrets, which come up by chance. */
const SHORT_NAME = /cv[cv]|pin|otp|pwd|sig|jwt|pass|key|sid|code|auth/i
const json = fc.jsonValue().filter((value) => !SHORT_NAME.test(JSON.stringify(value)))
const secret = fc.constantFrom(...Object.values(SECRETS))

test('JSON stays JSON, and only its secrets change', () => {
  fc.assert(
    fc.property(json, secret, fc.nat(3), (value, planted, indent) => {
      const body = JSON.stringify({ planted: [value, `(${planted})`], value }, null, indent)
      const redacted = createRedactor({ keep: ['basic'] }, key).redact(
        contentOf({ responseBody: body }),
      )
      const after = JSON.parse(String(redacted.responseBody)) as {
        planted: unknown[]
        value: unknown
      }
      expect(after.value).toEqual(JSON.parse(JSON.stringify(value)))
      for (const form of formsOf(planted)) expect(redacted.responseBody).not.toContain(form)
    }),
    BOUNDS,
  )
})

function redactedTwice(content: CapturedContent): { once: string; twice: string } {
  const once = createRedactor(undefined, key).redact(content)
  const twice = createRedactor(undefined, Buffer.from('another')).redact(once)
  return { once: textOf(once), twice: textOf(twice) }
}

const app = SECRETS['a GitHub token of an app, as it is now']!
const service = SECRETS['an OpenAI service account key']!

test.each([
  ['where a JWT ended because another began', { responseBody: `token${jwt}_${app}` }],
  ['where a JWT has no more parts because another began', { responseBody: `token${app}.${app}` }],
  ['where a JWT begins in a token', { responseBody: `token${jwt}_gho_abc_${app}` }],
  ['where a token begins in a word', { url: `https://a.example/?a=%253D${app}` }],
  [
    'where what parted two cookies was known as part of a secret',
    {
      requestHeaders: ['X-Trace', `=<pin>;${service}</pin>`, 'Cookie', `=<pin>;${service}</pin>`],
    },
  ],
])('what is redacted once is not redacted again %s', (_, parts) => {
  const { once, twice } = redactedTwice(contentOf(parts))
  expect(twice).toBe(once)
})

test('whatever is redacted once is not redacted again', () => {
  const word = fc.constantFrom(
    'token',
    '"',
    ':',
    '{',
    '}',
    '[',
    ',',
    '=',
    '&',
    '?',
    '%3D',
    '\\',
    '\n',
    ' ',
    'Bearer ',
    '1234',
    'abcdef0123456789',
    'https://',
    'a:b@',
    '<pin>',
    '</pin>',
    'REDACTED',
    ...Object.values(SECRETS),
  )
  const text = fc
    .array(fc.oneof(word, fc.string()), { maxLength: 20 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, text, text, (path, header, body) => {
      const content = contentOf({
        url: `https://api.example.com/${encodeURI(path.toWellFormed())}`,
        requestHeaders: ['X-Trace', header, 'Cookie', header, 'Authorization', header],
        responseHeaders: ['Content-Type', 'application/json', 'X-Api-Key', header],
        responseBody: body,
      })
      const { once, twice } = redactedTwice(content)
      expect(twice).toBe(once)
    }),
    BOUNDS,
  )
})
