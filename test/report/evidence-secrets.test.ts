import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { RunningSet } from '../../src/mocks/start.ts'
import { formsOf, SECRETS } from '../recording/redaction/planted.ts'
import { harErrors } from '../support/har-schema.ts'
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
