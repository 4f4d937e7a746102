import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import axios, { type AxiosRequestConfig } from 'axios'
import { expect, onTestFinished, test } from 'vitest'
import { createFolder } from '../support/har.ts'
import { harErrors } from '../support/har-schema.ts'
import { entriesOf, startRecording } from './upstream.ts'

const PROCESS = fileURLToPath(new URL('json-server.process.ts', import.meta.url))

async function startJsonServer(): Promise<string> {
  const child = fork(PROCESS)
  onTestFinished(() => child.disconnect())
  const [port] = (await once(child, 'message')) as [number]
  return `http://127.0.0.1:${port}`
}

/** What a client of that API does in a day, in order. */
const REQUESTS: readonly AxiosRequestConfig[] = [
  { url: '/books?_page=1&_limit=10' },
  { url: '/books?_limit=10&_page=2' },
  { url: '/books', params: { q: 'Book 2', _sort: 'id', _order: 'desc' } },
  { url: '/books/1' },
  { url: '/books/404' },
  { url: '/books/7?_expand=author' },
  { url: '/authors/2?_embed=books', headers: { 'accept-encoding': 'gzip' } },
  { url: '/authors/2?_embed=books', headers: { 'accept-encoding': 'br' } },
  { url: '/authors/2?_embed=books', headers: { 'accept-encoding': 'identity' } },
  { method: 'POST', url: '/books', data: { title: 'New — ü', authorId: 1 } },
  { method: 'POST', url: '/books', data: 'title=Form&authorId=2' },
  { url: '/books/26' },
  { method: 'PUT', url: '/books/26', data: { title: 'Replaced' } },
  { method: 'PATCH', url: '/books/26', data: { title: 'Patched' } },
  { url: '/books/26' },
  { method: 'DELETE', url: '/books/26' },
  { url: '/books/26' },
  { method: 'HEAD', url: '/books/3' },
  { method: 'OPTIONS', url: '/books' },
  { url: '/profile' },
  { url: '/' },
  { url: '/style.css' },
  { url: '/favicon.ico' },
  { url: '/books/1', headers: { 'if-none-match': 'W/"none"' } },
]

/** Headers about the moment and the connection, and those of an encoding that a recording does not keep. */
const OTHER = new Set([
  'date',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-encoding',
])

/** All replies as the client has them: status, headers, and every byte. */
async function repliesOf(baseURL: string): Promise<unknown[]> {
  const replies: unknown[] = []
  for (const request of REQUESTS) {
    const { status, statusText, headers, data } = await axios.request<ArrayBuffer>({
      baseURL,
      responseType: 'arraybuffer',
      validateStatus: () => true,
      ...request,
    })
    const kept = Object.entries(headers).filter(([name]) => !OTHER.has(name))
    const own = (text: string): string => text.replaceAll(baseURL, 'MOCK')
    replies.push({
      request: `${request.method ?? 'GET'} ${request.url}`,
      status,
      statusText,
      headers: kept.map(([name, value]) => `${name}: ${own(String(value))}`),
      body: own(Buffer.from(data).toString('latin1')),
    })
  }
  return replies
}

test('what a real client got of a real server it gets again from the recording, byte for byte', async () => {
  const upstream = await startJsonServer()
  const recording = `${await createFolder()}/books.har`
  const first = await startRecording({ upstream, recording })
  const recorded = await repliesOf(first.api.url)
  await first.stop()
  expect(recorded[0]).toMatchObject({
    status: 200,
    headers: expect.arrayContaining([
      expect.stringContaining('link: <MOCK/books?_page=1&_limit=10>; rel="first"'),
    ]),
  })
  expect(entriesOf(recording)).toHaveLength(REQUESTS.length)
  expect(
    harErrors({
      log: { version: '1.2', creator: { name: 'x', version: '1' }, entries: entriesOf(recording) },
    }),
  ).toEqual([])

  const second = await startRecording({ upstream, recording, mode: 'replay', cors: false })
  expect(await repliesOf(second.api.url)).toEqual(recorded)
  expect(second.api.exchanges.map(({ outcome }) => outcome)).toEqual(REQUESTS.map(() => 'replayed'))
})
