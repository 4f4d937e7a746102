import { expect, test } from 'vitest'
import type { CapturedContent } from '../../../src/recording/capture.ts'
import { createRedactor } from '../../../src/recording/redaction/redactor.ts'
import { hasPlaceholder, isPlaceholder } from '../../../src/recording/redaction/placeholder.ts'
import { contentOf, formsOf, jwt, key, pem, SECRETS, textOf } from './planted.ts'

const typed = (type: string): string[] => ['Content-Type', type]
const escaped = (secret: string): string => secret.replaceAll('\n', String.raw`\n`)
const note = (body: unknown): string => (JSON.parse(String(body)) as { note: string }).note
const read = (part = ''): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
const lines = (text: string): number[] => text.split('\n').map((line) => line.length)

/** Every place that a secret may stand in, under names that say nothing. */
const PLACES: Readonly<Record<string, (secret: string) => Partial<CapturedContent>>> = {
  'a header of the request': (secret) => ({
    requestHeaders: ['X-Trace', `a ${escaped(secret)} b`],
  }),
  'a header of the reply': (secret) => ({ responseHeaders: ['X-Trace', escaped(secret)] }),
  'a cookie': (secret) => ({ requestHeaders: ['Cookie', `lang=en; a=${escaped(secret)}`] }),
  'a cookie that is set': (secret) => ({
    responseHeaders: ['Set-Cookie', `a=${escaped(secret)}; Path=/; HttpOnly`],
  }),
  'the query': (secret) => ({
    url: `https://api.example.com/a?b=1&c=${encodeURIComponent(secret)}&d`,
  }),
  'the path': (secret) => ({
    url: `https://api.example.com/a/${encodeURIComponent(secret)}/b`,
  }),
  'a link': (secret) => ({
    responseHeaders: ['Location', `/next?c=${encodeURIComponent(secret)}#end`],
  }),
  'a JSON string': (secret) => ({ responseBody: JSON.stringify({ note: secret }) }),
  'a JSON string, in a sentence': (secret) => ({
    responseBody: JSON.stringify({ note: `It is\t"${secret}", really` }, null, 2),
  }),
  'JSON, deep down': (secret) => ({
    requestBody: JSON.stringify({ a: [{ b: [1, { 'c d': [secret] }] }], n: 1 }),
  }),
  'JSON in JSON': (secret) => ({
    requestBody: JSON.stringify({ body: JSON.stringify({ note: secret }) }),
  }),
  'JSON with every slash escaped': (secret) => ({
    responseBody: JSON.stringify({ note: secret }).replaceAll('/', String.raw`\/`),
  }),
  'a form': (secret) => ({
    requestHeaders: typed('application/x-www-form-urlencoded'),
    requestBody: new URLSearchParams({ a: '1', note: secret }).toString(),
  }),
  multipart: (secret) => ({
    requestHeaders: typed('multipart/form-data; boundary=XX'),
    requestBody: `--XX\r\nContent-Disposition: form-data; name="note"\r\n\r\n${secret}\r\n--XX--\r\n`,
  }),
  'plain text': (secret) => ({
    responseHeaders: typed('text/plain'),
    responseBody: `Here it is:\n${secret}\nKeep it.`,
  }),
  HTML: (secret) => ({
    responseHeaders: typed('text/html'),
    responseBody: `<p class="a">${secret}</p><script>var a = '${secret}'</script>`,
  }),
  'server-sent events': (secret) => ({
    responseHeaders: typed('text/event-stream'),
    responseBody: `event: a\ndata: ${JSON.stringify({ note: secret })}\n\ndata: [DONE]\n\n`,
  }),
  'lines of JSON': (secret) => ({
    responseBody: `{"a":1}\n${JSON.stringify({ note: secret })}\n`,
  }),
  'bytes of a binary body': (secret) => ({
    responseHeaders: typed('application/octet-stream'),
    responseBody: Buffer.concat([
      Buffer.from([0, 255, 128, 10]),
      Buffer.from(secret),
      Buffer.from([0, 200]),
    ]),
  }),
}

test.each(Object.keys(SECRETS))('%s is gone from every place', (what) => {
  const secret = SECRETS[what]!
  const failed = Object.entries(PLACES).filter(([, plant]) => {
    const planted = contentOf(plant(secret))
    const text = textOf(createRedactor(undefined, key).redact(planted))
    const isLeft = formsOf(secret).some((form) => text.includes(form))
    return isLeft || !hasPlaceholder(text) || text.length > textOf(planted).length + 200
  })
  expect(failed.map(([place]) => place)).toEqual([])
})

test.each(Object.keys(SECRETS))('%s that is redacted changes nothing any more', (what) => {
  for (const plant of Object.values(PLACES)) {
    const redacted = createRedactor(undefined, key).redact(contentOf(plant(SECRETS[what]!)))
    const other = createRedactor(undefined, Buffer.from('another key'))
    expect(other.redact(redacted)).toBe(redacted)
  }
})

test.each(Object.keys(SECRETS))('%s has one placeholder everywhere', (what) => {
  const secret = SECRETS[what]!
  const redactor = createRedactor(undefined, key)
  const first = redactor.redact(contentOf({ responseBody: JSON.stringify({ note: secret }) }))
  const placeholder = note(first.responseBody)
  const second = redactor.redact(
    contentOf({
      url: `https://api.example.com/?a=${encodeURIComponent(secret)}`,
      requestHeaders: ['X-Trace', escaped(secret)],
      requestBody: JSON.stringify({ body: JSON.stringify({ note: secret }) }),
    }),
  )
  expect(new URL(second.url).searchParams.get('a')).toBe(placeholder)
  expect(second.requestHeaders[1]).toBe(escaped(placeholder))
  const { body } = JSON.parse(String(second.requestBody)) as { body: string }
  expect(note(body)).toBe(placeholder)
})

test('a placeholder keeps the prefix and the length, and is one', () => {
  const failed = Object.values(SECRETS).filter((secret) => {
    const body = JSON.stringify({ secret })
    const { requestBody } = createRedactor(undefined, key).redact(contentOf({ requestBody: body }))
    const placeholder = (JSON.parse(String(requestBody)) as { secret: string }).secret
    const isAlike =
      secret === jwt
        ? placeholder.split('.').length === 3
        : placeholder.length === secret.length && placeholder.startsWith(secret.slice(0, 3))
    return !isAlike || (!secret.startsWith('https:') && !isPlaceholder(placeholder))
  })
  expect(failed).toEqual([])
})

const redact = (responseBody: string): string =>
  String(createRedactor(undefined, key).redact(contentOf({ responseBody })).responseBody)

test('a secret that stands behind a placeholder is no part of it', () => {
  const [github, app] = [
    SECRETS['a GitHub token']!,
    SECRETS['a GitHub token of an app, as it is now']!,
  ]
  const [, payload, signature] = jwt.split('.')
  const texts = [
    ...[github, jwt].flatMap((first) => [`${redact(first)}_${github}`, `${redact(first)}-${jwt}`]),
    `${redact(app)}.${github}`,
    `${redact(github)}.${payload}.${signature}`,
    `eyJREDACTED.${payload}.${signature}`,
    `ghs_12345_eyJREDACTED.${payload}.${signature}`,
    `${jwt.split('.')[0]}.${payload}_${redact(github)}.${signature}`,
  ]
  for (const text of texts) {
    for (const place of [text, JSON.stringify({ token: text }), `{"a":"token is ${text}"}`]) {
      expect(redact(place)).not.toContain(signature)
      expect(redact(place)).not.toContain(github)
    }
  }
})

test('an AWS access key id stays one', () => {
  const { url } = createRedactor(undefined, key).redact(
    contentOf({ url: `https://a.example/?Id=${SECRETS['an AWS access key id']}` }),
  )
  expect(url).toMatch(/\?Id=AKIAREDACTED[A-Z2-7]{8}$/)
})

test('a JWT still has three parts that can be read, and does not expire', () => {
  const redactor = createRedactor(undefined, key)
  const { requestHeaders } = redactor.redact(
    contentOf({ requestHeaders: ['Authorization', `Bearer ${jwt}`] }),
  )
  const [scheme, token = ''] = requestHeaders[1]!.split(' ')
  const [header, payload, signature] = token.split('.')
  expect(scheme).toBe('Bearer')
  expect(read(header)).toEqual({ alg: 'RS256', kid: 'k1' })
  expect(read(payload)).toEqual({
    sub: expect.stringMatching(/^REDACTED[\da-f]{16}$/),
    iat: 1_577_836_800,
    exp: 4_102_444_800,
  })
  expect(signature).toMatch(/^REDACTED[A-Za-z\d]{35}$/)
})

test('an encrypted JWT keeps its five parts', () => {
  const part = 'Ab3'.repeat(10)
  const token = `${jwt.split('.')[0]}.${part}.${part}.${part}.${part}`
  const { statusText } = createRedactor(undefined, key).redact(contentOf({ statusText: token }))
  expect(statusText.split('.')).toHaveLength(5)
  expect(statusText).not.toContain(part)
  expect(isPlaceholder(statusText)).toBe(true)
})

test('a private key keeps its armor and its lines', () => {
  const { responseBody } = createRedactor(undefined, key).redact(contentOf({ responseBody: pem }))
  expect(String(responseBody)).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\nREDACTED/)
  expect(String(responseBody)).toMatch(/==\n-----END RSA PRIVATE KEY-----\n$/)
  expect(lines(String(responseBody))).toEqual(lines(pem))
})

test('a private key without its end is gone, too', () => {
  const { responseBody } = createRedactor(undefined, key).redact(
    contentOf({ responseBody: pem.slice(0, 120) }),
  )
  expect(responseBody).not.toContain(pem.slice(40, 60))
})

test('user and password of a URL are replaced, and it stays a URL', () => {
  const places = [
    'git clone https://jane:s3cr3t-Pass@example.com/a.git',
    '"https:\\/\\/jane:s3cr3t-Pass@example.com\\/a.git"',
    'redis://:s3cr3t-Pass@db:6379/0',
  ]
  for (const responseBody of places) {
    const redacted = createRedactor(undefined, key).redact(contentOf({ responseBody }))
    const text = String(redacted.responseBody)
    expect(text).not.toContain('jane')
    expect(text).not.toContain('s3cr3t')
    const found = /[a-z]+:\/\/[^\s"]+/.exec(text.replaceAll('\\', ''))![0]
    const url = new URL(found)
    expect(url.password).toMatch(/^REDACTED[\da-f]{8}$/)
    expect(url.username).toMatch(/^(REDACTED[\da-f]{8}|)$/)
    expect(createRedactor(undefined, Buffer.from('b')).redact(redacted)).toBe(redacted)
  }
})

test.each([
  ['a query', (token: string) => ({ url: `https://api.example.com/a?q=${token}` })],
  ['a path', (token: string) => ({ url: `https://api.example.com/a/${token}/b` })],
  ['a link', (token: string) => ({ responseHeaders: ['Location', `/next?q=${token}`] })],
  [
    'a link in JSON',
    (token: string) => ({ responseBody: `{"next":"https://a.test/?q=${token}"}` }),
  ],
])('a token whose hyphens are encoded is none the less found in %s', (_, place) => {
  const token = SECRETS['a Slack bot token']!
  const content = contentOf(place(token.replaceAll('-', '%2D')))
  const text = JSON.stringify(createRedactor(undefined, key).redact(content))
  expect(text).toContain('xoxb')
  for (const part of token.split('-').slice(1)) expect(text).not.toContain(part)
})
