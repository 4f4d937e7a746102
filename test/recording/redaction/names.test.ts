import { expect, test } from 'vitest'
import { createRedactor } from '../../../src/recording/redaction/redactor.ts'
import { hasPlaceholder } from '../../../src/recording/redaction/placeholder.ts'
import { contentOf, key, textOf } from './planted.ts'

const NAMES = [
  'password', 'passwd', 'pwd', 'passphrase', 'user_password', 'newPassword', 'password_confirmation',
  'secret', 'client_secret', 'clientSecret', 'token', 'access_token', 'accessToken', 'refresh-token',
  'id_token', 'apiKey', 'api_key', 'X-API-Key', 'private_key', 'accessKey', 'secret_key',
  'aws_secret_access_key', 'SecretAccessKey', 'sessionToken', 'session_id', 'JSESSIONID',
  'authorization', 'bearer', 'jwt', 'signature', 'X-Amz-Signature', 'sig', 'otp', 'pin', 'cvv', 'cvc',
  'credentials', 'csrf', '_csrf', 'csrfmiddlewaretoken', 'authenticity_token', 'db_password',
  'github_token', 'developerToken', 'frontendToken', 'superToken', 'SAMLResponse', 'code_verifier',
] // prettier-ignore

const SECRET = 'wX3!q é/&'

const redacted = (parts: Parameters<typeof contentOf>[0]) =>
  createRedactor(undefined, key).redact(contentOf(parts))
const FORM = ['Content-Type', 'application/x-www-form-urlencoded']

test.each(NAMES)('what stands under %s is a secret, in a query, a form, JSON and XML', (name) => {
  const query = new URLSearchParams({ a: '1', [name]: SECRET, b: '2' }).toString()
  const { url } = redacted({ url: `https://api.example.com/?${query}` })
  expect(new URL(url).searchParams.get(name)).toMatch(/^REDACTED[\da-f]{8}$/)
  expect(url).toMatch(/\?a=1&.*&b=2$/)

  const sent = redacted({ requestHeaders: FORM, requestBody: query }).requestBody
  expect(new URLSearchParams(String(sent)).get(name)).toMatch(/^REDACTED[\da-f]{8}$/)

  const body = { id: 1, nested: [{ [name]: SECRET, list: { [name]: ['a', SECRET] } }] }
  const reply = redacted({ responseBody: JSON.stringify(body) }).responseBody
  const pattern = expect.stringMatching(/^REDACTED[\da-f]{8}$/)
  expect(JSON.parse(String(reply))).toEqual({
    id: 1,
    nested: [{ [name]: pattern, list: { [name]: [pattern, pattern] } }],
  })
  const xml = redacted({ responseBody: `<a><${name}>${SECRET}</${name}></a>` }).responseBody
  expect(xml).toMatch(new RegExp(`^<a><${name}>REDACTED[\\da-f]{8}</${name}></a>$`))
})

test.each(NAMES)('what stands under %s is a secret in multipart, lines and events', (name) => {
  const part = `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${SECRET}\r\n--b--\r\n`
  const sent = redacted({
    requestHeaders: ['content-type', 'multipart/form-data; boundary="b"'],
    requestBody: part,
  }).requestBody
  expect(sent).toMatch(/\r\n\r\nREDACTED[\da-f]{8}\r\n--b--\r\n$/)
  const unquoted = part.replaceAll(`"${name}"`, name)
  expect(
    redacted({
      requestHeaders: ['content-type', 'multipart/form-data; boundary=b'],
      requestBody: unquoted,
    }).requestBody,
  ).toMatch(/\r\n\r\nREDACTED[\da-f]{8}\r\n--b--\r\n$/)
  const json = JSON.stringify({ [name]: SECRET })
  for (const responseBody of [`${json}\n${json}\n`, `id: 1\ndata: ${json}\n\n`, `call(${json})`]) {
    const text = textOf(redacted({ responseBody }))
    expect(text).not.toContain('wX3!q')
    expect(text).toContain('REDACTED')
  }
})

test.each([
  ['Authorization', 'Bearer abcDEF123.x', /^Bearer REDACTED[\da-f]{8}$/],
  ['authorization', 'token abcDEF123', /^token REDACTED/],
  ['Authorization', 'AWS4-HMAC-SHA256 Credential=AK/1, Signature=ab', /^AWS4-HMAC-SHA256 REDACTED/],
  ['Authorization', 'abcDEF', /^REDACTED/],
  ['Proxy-Authorization', 'Basic amFuZTpodW50ZXI=', /^Basic REDACTED/],
  ['X-Api-Key', 'short', /^REDACTED[\da-f]{8}$/],
  ['api-key', 'abc', /^REDACTED/],
  ['X-Auth-Token', 'abc', /^REDACTED/],
  ['PRIVATE-TOKEN', 'abc', /^REDACTED/],
  ['X-Amz-Security-Token', 'abc', /^REDACTED/],
  ['X-CSRF-Token', 'abc', /^REDACTED/],
  ['X-Vault-Token', 'abc', /^REDACTED/],
  ['Stripe-Signature', 't=1,v1=ab', /^REDACTED/],
  ['X-Hub-Signature-256', 'sha256=ab', /^REDACTED/],
  ['Ocp-Apim-Subscription-Key', 'abc', /^REDACTED/],
  ['X-Session', 'abc', /^REDACTED/],
  ['X-Api-Key', '0123456789abcdef0123456789abcdef', /^4edac7ed[\da-f]{24}$/],
  [
    'X-Api-Key',
    '0B8F7C2E-9A1D-4C55-8F0E-1D2C3B4A5F60',
    /^4edac7ed-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/,
  ],
  ['X-Api-Key', '123456', /^73322833\d{4}$/],
  ['X-GitHub-OTP', '482913', /^73322833\d{4}$/],
  ['X-Authentication', 'abc', /^REDACTED/],
  ['X-Pass', 'abc', /^REDACTED/],
])('the header %s: %s is redacted', (name, value, pattern) => {
  expect(redacted({ requestHeaders: [name, value] }).requestHeaders[1]).toMatch(pattern)
  expect(redacted({ responseHeaders: [name, value] }).responseHeaders[1]).toMatch(pattern)
})

test('cookies keep their names and attributes', () => {
  const { requestHeaders, responseHeaders } = redacted({
    requestHeaders: ['Cookie', 'lang=en; sid=abc=; empty=; on=true; q="abc"'],
    responseHeaders: ['Set-Cookie', 'sid=abc; Path=/; HttpOnly; SameSite=Lax'],
  })
  expect(requestHeaders[1]).toMatch(
    /^lang=REDACTED\w+; sid=REDACTED\w+; empty=; on=true; q="REDACTED\w+"$/,
  )
  expect(responseHeaders[1]).toMatch(/^sid=REDACTED[\da-f]{8}; Path=\/; HttpOnly; SameSite=Lax$/)
})

test('numbers stay numbers, and all else in JSON keeps its text', () => {
  const body =
    '{ "id" : 12345678901234567890, "v": 1.0, "pin":1234 ,"otp": "0042", "t":"\\u00e9\\/" , "on": {"token": true, "secret": null, "key": ""} }'
  const { responseBody } = redacted({ responseBody: body })
  const pattern = /"pin":(73322833\d{4}) ,"otp": "(73322833\d{4})"/
  expect(responseBody).toMatch(pattern)
  expect(String(responseBody).replace(pattern, '"pin":1234 ,"otp": "0042"')).toBe(body)
})

test('a secret object holds its secret in its value', () => {
  const body = { client_secret: { value: 'ek_12', expires_at: 5 } }
  expect(JSON.parse(String(redacted({ responseBody: JSON.stringify(body) }).responseBody))).toEqual(
    {
      client_secret: { value: expect.stringMatching(/^REDACTED/), expires_at: 5 },
    },
  )
})

test('URLs in text lose the secrets in their queries', () => {
  const { responseBody } = redacted({
    responseBody: JSON.stringify({
      next: 'https://x.example/a?page=2&api_key=abc&b=1#access_token=d',
    }),
  })
  expect(String(responseBody)).toMatch(
    /\?page=2&api_key=REDACTED[\da-f]{8}&b=1#access_token=REDACTED[\da-f]{8}"/,
  )
})

const INNOCENT = [
  { usage: { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46, prompt_tokens_details: { cached_tokens: 0 } }, max_tokens: 100, max_completion_tokens: 5, token_count: 4, tokenCount: 3 },
  { choices: [{ logprobs: { content: [{ token: 'Hello', logprob: -0.1, top_logprobs: [{ token: 'Hi', logprob: -2 }] }] } }] },
  { nextPageToken: 'CAUQAA1234567890', page_token: 'abc', next_token: 'x', continuation_token: 'y', syncToken: 'z', NextToken: 'n', pageToken: 'p', nextSyncToken: 'abcdefgh12345678' },
  { token_type: 'Bearer', grant_type: 'password', expires_in: 3600, scope: 'token secret' },
  { public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIabcdef', publicKey: 'MIIBIjANBg', keyid: 'SHA256:abc', key_id: 'k1', pk: 'pk_live_abcdefghijklmnopqrstuvwx' },
  { id: '0b8f7c2e-9a1d-4c55-8f0e-1d2c3b4a5f60', sha: 'da39a3ee5e6b4b0d3255bfef95601890afd80709', node_id: 'MDEwOlJlcG9zaXRvcnkxMjk2MjY5' },
  { image: `data:image/png;base64,${Buffer.from(Array.from({ length: 3000 }, (_, n) => (n * 7919) % 256)).toString('base64')}` },
  { token_endpoint: 'https://a.example/token', authorization_endpoint: 'https://a.example/authorize', authorizations_url: 'https://a.example/authorizations', token: 'https://a.example/token' },
  { text: 'Ask-me: the risk-free task-force desk-abcdefghijklmnopqrstuvw has a password, a token and a secret.', css: 'sk-folding-cube sk-circle-fade-dot' },
  { key: 'uploads/2026/picture-1.png', code: 'ERR_INVALID_ARGUMENT_2', session: 'Morning keynote', author: 'Jane', passenger: 'Joe', pinned: 'yes', pinCode: 0, tokens: 12 },
  { url: 'https://a.example:8080/a@b?mail=jane@example.com&q=a:b', mail: 'mailto:jane@example.com' },
  { eos_token: '</s>', pad_token: '<pad>', time_to_first_token: 0.25, cost_per_token: 0.001 },
] // prettier-ignore

test.each(INNOCENT)('there is nothing to redact in %j', (value) => {
  const content = contentOf({
    url: 'https://api.example.com/repos/da39a3ee5e6b4b0d3255bfef95601890afd80709?page_token=abcdefgh12345678&max_tokens=100&key=uploads/2026/picture-1.png',
    requestHeaders: ['X-Trace', 'a'],
    requestBody: JSON.stringify(value),
    responseBody: JSON.stringify(value, null, 2),
  })
  expect(createRedactor(undefined, key).redact(content)).toBe(content)
})

test.each([
  ['x-ratelimit-remaining-tokens', '149984'],
  ['anthropic-ratelimit-tokens-reset', '2026-11-24T10:00:00Z'],
  ['x-ratelimit-reset-tokens', '6m0s'],
  ['access-control-allow-credentials', 'true'],
  ['access-control-allow-headers', 'Authorization, X-Api-Key, X-Csrf-Token'],
  ['access-control-expose-headers', 'x-amz-security-token'],
  ['www-authenticate', 'Bearer realm="a", error="invalid_token"'],
  ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ['idempotency-key', '0b8f7c2e-9a1d-4c55-8f0e-1d2c3b4a5f60'],
  ['etag', 'W/"abcdef0123456789"'],
  ['x-token-count', '12'],
  ['vary', 'Authorization, Cookie'],
])('the header %s: %s is no secret', (name, value) => {
  const content = contentOf({ requestHeaders: [name, value], responseHeaders: [name, value] })
  expect(createRedactor(undefined, key).redact(content)).toBe(content)
})

test('a token that a login gave is gone wherever it is used', () => {
  const redactor = createRedactor(undefined, key)
  const token = 'abc123XYZ/+=7'
  const login = redactor.redact(
    contentOf({ responseBody: JSON.stringify({ access_token: token }) }),
  )
  const placeholder = (JSON.parse(String(login.responseBody)) as { access_token: string })
    .access_token
  const used = redactor.redact(
    contentOf({
      url: `https://api.example.com/session/${encodeURIComponent(token)}`,
      requestHeaders: ['X-Note', `it is ${token}`],
      requestBody: JSON.stringify({ note: `${token}!`, [token]: 1 }).replaceAll(
        '/',
        String.raw`\/`,
      ),
      responseBody: Buffer.from(`\0\0${token}\u00FF`, 'latin1'),
    }),
  )
  const text = textOf(used)
  expect(text).not.toContain('abc123')
  expect(text.split(placeholder)).toHaveLength(6)
})

test('a secret of the reply is gone from the request of the same exchange', () => {
  const content = contentOf({
    url: 'https://api.example.com/session/abc123XYZ',
    responseBody: '{"token":"abc123XYZ"}',
  })
  expect(textOf(createRedactor(undefined, key).redact(content))).not.toContain('abc123XYZ')
})

test('the password in basic credentials is known, too', () => {
  const credentials = Buffer.from('jane:hunter2hunter2').toString('base64')
  const content = contentOf({
    requestHeaders: ['Authorization', `Basic ${credentials}`],
    responseBody: 'hunter2hunter2 is not safe',
  })
  expect(textOf(createRedactor(undefined, key).redact(content))).not.toContain('hunter2')
})

test('short secrets are replaced where they stand, and common words are not garbled', () => {
  const redactor = createRedactor(undefined, key)
  redactor.redact(contentOf({ responseBody: '{"password":"admin","token":"example"}' }))
  const content = contentOf({ responseBody: '{"role":"admin","text":"an example"}' })
  expect(redactor.redact(content)).toBe(content)
})

function of(secret: string, by: Uint8Array): unknown {
  const content = contentOf({ responseBody: JSON.stringify({ secret }) })
  return createRedactor(undefined, by).redact(content).responseBody
}

test('without the key, nobody can tell what a placeholder stands for', () => {
  expect(of('hunter2', key)).toBe(of('hunter2', key))
  expect(of('hunter2', key)).not.toBe(of('hunter2', Buffer.from('another')))
  expect(of('hunter2', key)).not.toBe(of('hunter3', key))
  expect(hasPlaceholder(String(of('hunter2', key)))).toBe(true)
})
