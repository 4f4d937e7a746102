import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startMocks } from '../support/start.ts'
import { ask, entryOf, replay } from '../support/har.ts'

const content = { size: 2, text: 'hi' }
const MULTIPART = 'multipart/form-data; boundary=then'

test.for<[name: string, file: Record<string, unknown>]>([
  ['no value', {}],
  ['an empty value', { value: '' }],
  ["Chrome's (binary)", { value: '(binary)' }],
])('a form with a file of which only the name was recorded matches any: %s', async ([, file]) => {
  const params = [
    { name: 'title', value: 'Report' },
    { name: 'file', fileName: 'report.pdf', contentType: 'application/pdf', ...file },
  ]
  const postData = { mimeType: MULTIPART, params }
  const api = await replay([entryOf({ method: 'POST', bodySize: 900, postData }, { content })])
  const form = new FormData()
  form.set('file', new Blob(['%PDF'], { type: 'application/pdf' }), 'report.pdf')
  const response = await fetch(api.url, { method: 'POST', body: form })
  expect(await response.text()).toBe('hi')
})

test('a form without files is compared, empty fields and all', async () => {
  const params = [{ name: 'title', value: '' }]
  const postData = { mimeType: MULTIPART, params }
  const api = await replay([entryOf({ method: 'POST', bodySize: 90, postData }, { content })])
  const send = async (title: string): Promise<number> => {
    const form = new FormData()
    form.set('title', title)
    return (await fetch(api.url, { method: 'POST', body: form })).status
  }
  expect(await send('')).toBe(200)
  expect(await send('x')).toBe(501)
})

const real = join(
  process.env.MOCKBERTH_CORPUS ?? join(import.meta.dirname, '../../../shared/data'),
  'har/har2openapi-multipart-merge.har',
)

test.skipIf(!existsSync(real))('a real recording of uploads answers uploads', async () => {
  const { apis } = await startMocks({
    api: { recording: real, upstream: 'https://api.example.com' },
  })
  for (const title of ['Quarterly report', 'Annual report']) {
    const form = new FormData()
    form.set('title', title)
    form.set('file', new Blob(['%PDF']), 'report.pdf')
    const response = await fetch(`${apis.api.url}/upload`, { method: 'POST', body: form })
    expect([response.status, await response.json()]).toEqual([201, { uploaded: true }])
  }
})

test.for<[type: string, text: string, same: string, other: string]>([
  ['text/plain; charset=iso-8859-1', 'café', 'caf\u00E9', 'caf\u00C3\u00A9'],
  ['text/plain; charset=utf-8', 'café', 'caf\u00C3\u00A9', 'caf\u00E9'],
  ['text/plain', 'café', 'caf\u00C3\u00A9', 'caf\u00E9'],
  ['text/plain; charset=windows-1251', 'Да', '\u00C4\u00E0', '\u00C4\u00E1'],
])('text of a request is in the charset of its type: %s', async ([type, text, same, other]) => {
  const postData = { mimeType: type, text }
  const api = await replay([entryOf({ method: 'POST', bodySize: -1, postData }, { content })])
  expect((await ask(api, 'POST /', [`content-type: ${type}`], same)).status).toBe(200)
  expect((await ask(api, 'POST /', [`content-type: ${type}`], other)).status).toBe(501)
})
