import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { RunningSet } from '../../src/mocks/running-set.ts'
import { formsOf, SECRETS } from '../recording/redaction/planted.ts'
import { harErrors } from '../support/har-schema.ts'
import { entryOf, harOf, listed, ORIGIN, writeRecording } from '../support/har.ts'
import { startMocks } from '../support/start.ts'
import { evidenceOf } from './evidence-of.ts'

const words = http.get('/words/:word', ({ params }) => HttpResponse.text(String(params.word)))

test.for(Object.entries(SECRETS))(
  '%s is neither in the HAR nor in the table, wherever it stands',
  async ([, secret]) => {
    const path = `/bot/${encodeURIComponent(secret)}`
    const running = await startMocks({
      // What this one is asked before another gives the secret away is no secret by its own looks.
      first: { handlers: [http.all('*', () => HttpResponse.text(`it is "${secret}"`))] },
      second: { env: { SECOND: ({ url }) => `${url}/?token=${encodeURIComponent(secret)}` } },
    })
    const { first, second } = running.apis
    const headers = { authorization: `Bearer ${encodeURIComponent(secret)}` }
    await fetch(first.url + path)
    await fetch(`${first.url}/?api_key=${encodeURIComponent(secret)}`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ token: secret }),
    })
    await fetch(`${second.url}/?api_key=${encodeURIComponent(secret)}&password=hunter2`)
    const { har, table } = (await (running as RunningSet).evidence())!
    expect(harErrors(JSON.parse(har))).toEqual([])
    for (const form of [...formsOf(secret), 'hunter2']) {
      expect(har).not.toContain(form)
      expect(table).not.toContain(form)
    }
  },
)

test('redact: false keeps everything', async () => {
  const running = await startMocks({ words: { handlers: [words], redact: false } })
  await fetch(`${running.apis.words.url}/words/one?token=hunter2`)
  const { log, table } = await evidenceOf(running)
  expect(log.entries[0].request.url).toMatch(/\?token=hunter2$/)
  expect(table).toContain('/words/one?token=hunter2')
})

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'
const CUT = 'Zq9_'.repeat(50)

const QUOTED = [
  ['a common word', 'hunter', 'hunter'],
  ['a number', '2001199887', '2001199887'],
  ['one with spaces, quotes and lines', `pa"ss 'wörd'/+=%&\n2`, 'wörd'],
  ['one that is cut', CUT, CUT.slice(0, 20)],
  ['a key of several lines', SECRETS['a private key']!, 'Mii1'],
] as const

test.for(
  QUOTED.flatMap((secret) =>
    ['*/*', JSON_TYPE].map((accept) => [secret[0], secret, accept] as const),
  ),
)(
  'what a refusal quotes of a request is without its secrets: %s',
  async ([, [, secret, part], accept]) => {
    const file = await writeRecording(
      harOf([
        entryOf({ url: '/items?password=one&page=2', headers: listed('x-api-key: two') }, {}),
        entryOf(
          {
            method: 'POST',
            url: '/items',
            postData: { mimeType: JSON_TYPE, text: '{"password":3,"page":2}' },
          },
          {},
        ),
        entryOf(
          {
            method: 'POST',
            url: '/form',
            postData: { mimeType: FORM_TYPE, text: 'password=four&page=2' },
          },
          {},
        ),
      ]),
    )
    const match = { headers: ['x-api-key'] }
    const running = await startMocks({ items: { upstream: ORIGIN, recording: file, match } })
    const { url } = running.apis.items
    const encoded = encodeURIComponent(secret)
    const post = (path: string, body: string, type: string): Promise<Response> =>
      fetch(url + path, { method: 'POST', body, headers: { accept, 'content-type': type } })
    await fetch(`${url}/items?password=${encoded}&page=3`, { headers: { accept } })
    await fetch(`${url}/items?${new URLSearchParams({ password: secret })}`, {
      headers: { accept },
    })
    await fetch(`${url}/items`, { headers: { accept, 'x-api-key': encoded } })
    await post('/items', JSON.stringify({ password: secret, page: 3 }), JSON_TYPE)
    await post('/items', `{"password":${JSON.stringify(Number(secret) || secret)}}`, JSON_TYPE)
    await post('/form', String(new URLSearchParams({ password: secret })), FORM_TYPE)
    await post('/other', JSON.stringify({ password: secret, page: 3 }), JSON_TYPE)
    const { har, table } = (await (running as RunningSet).evidence())!
    for (const form of [...formsOf(secret), part, encodeURIComponent(part)]) {
      expect(har).not.toContain(form)
      expect(table).not.toContain(form)
    }
    const texts = JSON.parse(har).log.entries.map(({ response }: any) => response.content.text)
    expect(texts[0]).toContain('query page: takes')
    expect(texts[3]).toContain('body $.page')
  },
)

test('a reply that only looks like a refusal is kept', async () => {
  const texts = ['mockberth: "\\d" takes "hunter', '{"error":{"code":"UNHANDLED_REQUEST","me']
  const all = http.get('/:index', ({ params }) => HttpResponse.text(texts[Number(params.index)]))
  const running = await startMocks({ texts: { handlers: [all] } })
  for (const index of texts.keys()) {
    await fetch(`${running.apis.texts.url}/${index}?password=hunter2`)
  }
  const { log } = await evidenceOf(running)
  expect(log.entries.map(({ response }: any) => response.content.text)).toEqual(texts)
})

test('patterns that take more than values leave the evidence whole', async () => {
  const redact = { patterns: [/"[^"]*"/] }
  const running = await startMocks({ words: { env: 'WORDS_URL', handlers: [words], redact } })
  await fetch(`${running.apis.words.url}/words/one`)
  const { log } = await evidenceOf(running)
  expect(log.entries[0].response.content.text).toBe('one')
  expect(log).toMatchObject({ _apis: [{ name: 'words', env: {} }] })
})
