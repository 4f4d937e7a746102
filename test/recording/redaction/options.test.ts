import { expect, test } from 'vitest'
import {
  isRedactDefinition,
  type RedactDefinition,
} from '../../../src/recording/redaction/definition.ts'
import { createRedactor } from '../../../src/recording/redaction/redactor.ts'
import { contentOf, jwt, key, SECRETS, textOf } from './planted.ts'

const redacted = (options: RedactDefinition, parts: Parameters<typeof contentOf>[0]) =>
  createRedactor(options, key).redact(contentOf(parts))

test('with false, nothing is redacted', () => {
  const content = contentOf({ requestHeaders: ['Authorization', 'Bearer abc'], responseBody: jwt })
  expect(createRedactor(false, key).redact(content)).toBe(content)
})

test('names are added, in headers, cookies, queries, forms and JSON', () => {
  const options = { names: ['customer-ref', 'x.y'] }
  const { url, requestHeaders, requestBody, responseBody } = redacted(options, {
    url: 'https://api.example.com/?customerRef=a1&x.y=b2',
    requestHeaders: ['Content-Type', 'application/x-www-form-urlencoded', 'Customer-Ref', 'c3'],
    requestBody: 'customer_ref=d4&other=e5',
    responseBody: '{"CustomerRef":"f6","customer_refs":"g7","customer_ref":12345}',
  })
  expect(url).toMatch(/\?customerRef=REDACTED[\da-f]{8}&x\.y=REDACTED[\da-f]{8}$/)
  expect(requestHeaders[3]).toMatch(/^REDACTED[\da-f]{8}$/)
  expect(requestBody).toMatch(/^customer_ref=REDACTED[\da-f]{8}&other=e5$/)
  expect(responseBody).toMatch(
    /^\{"CustomerRef":"REDACTED[\da-f]{8}","customer_refs":"g7","customer_ref":73322833\d{4}\}$/,
  )
})

test('patterns are added, wherever they match', () => {
  const options = { patterns: [/acme_[a-z]+/, /\bID-\d{3}\b/giy] }
  const redactor = createRedactor(options, key)
  const content = redactor.redact(
    contentOf({
      url: 'https://api.example.com/acme_abc?a=id-123',
      requestHeaders: ['X-Trace', 'acme_abc'],
      responseBody: '{"a":"see acme_abc, \\"ID-123\\""}',
    }),
  )
  expect(textOf(content)).not.toMatch(/acme_|id-123/i)
  expect(() => JSON.parse(String(content.responseBody)) as unknown).not.toThrow()
  expect(createRedactor(options, Buffer.from('b')).redact(content)).toBe(content)
})

test('a pattern may tell where a text begins and ends, decoded', () => {
  const { requestHeaders, responseBody } = redacted(
    { patterns: [/^acme\/"b$/] },
    {
      requestHeaders: ['X-Trace', 'acme/"b'],
      responseBody: String.raw`{"a":["acme\/\"b","to acme\/\"b"]}`,
    },
  )
  expect(requestHeaders[1]).toMatch(/^REDACTED[\da-f]{8}$/)
  expect(responseBody).toMatch(/^\{"a":\["REDACTED[\da-f]{8}","to acme\\\/\\"b"\]\}$/)
})

test('a pattern that matches a part of a placeholder leaves it', () => {
  const options = { patterns: [/[\da-f]{4}/, /RED/] }
  const content = redacted({}, { responseBody: '{"password":"hunter2","id":"sha"}' })
  expect(createRedactor(options, key).redact(content)).toBe(content)
})

test('names are kept, and what looks like a secret in them is not', () => {
  const { url, requestHeaders, responseBody } = redacted(
    { names: ['pin'], keep: ['token', 'X-Api-Key', 'pin', 'theme'] },
    {
      url: `https://api.example.com/?token=abc&pin=1&access_token=abc`,
      requestHeaders: ['x-api-key', 'abc', 'Cookie', 'theme=dark; sid=abc'],
      responseBody: `{"TOKEN":"${SECRETS['a GitHub token']}","pin":"a"}`,
    },
  )
  expect(url).toMatch(/\?token=abc&pin=1&access_token=REDACTED[\da-f]{8}$/)
  expect(requestHeaders[1]).toBe('abc')
  expect(requestHeaders[3]).toMatch(/^theme=dark; sid=REDACTED[\da-f]{8}$/)
  expect(responseBody).toMatch(/^\{"TOKEN":"ghp_REDACTED\w{28}","pin":"a"\}$/)
})

test('headers with cookies and credentials are kept when they are named', () => {
  const content = contentOf({
    requestHeaders: ['Cookie', 'a=b', 'Authorization', 'Bearer abc'],
    responseHeaders: ['Set-Cookie', 'a=b; Path=/'],
  })
  const options = { keep: ['cookie', 'set-cookie', 'authorization'] }
  expect(createRedactor(options, key).redact(content)).toBe(content)
})

test('shapes are kept when they are named', () => {
  const body = `${jwt} ${SECRETS['a Google API key']} ${SECRETS['a GitHub token']}`
  const { responseBody } = redacted({ keep: ['jwt', 'google'] }, { responseBody: body })
  expect(responseBody).toContain(`${jwt} ${SECRETS['a Google API key']} ghp_REDACTED`)
})

test('a definition is false, or lists of names, patterns and names to keep', () => {
  const right: unknown[] = [
    false,
    {},
    { names: [], patterns: [], keep: [] },
    { names: ['a'], patterns: [/a/], keep: ['jwt'] },
    { names: undefined },
  ]
  expect(right.filter((value) => !isRedactDefinition(value))).toEqual([])
  const wrong: unknown[] = [
    true,
    undefined,
    null,
    'password',
    [],
    { names: 'a' },
    { names: [1] },
    { names: [''] },
    { patterns: ['a'] },
    { keep: [/a/] },
    { name: ['a'] },
    { toString: ['a'] },
  ]
  expect(wrong.filter(isRedactDefinition)).toEqual([])
})
