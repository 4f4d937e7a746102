import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { RunningSet } from '../../src/mocks/running-set.ts'
import { entryOf, harOf, ORIGIN, writeRecording } from '../support/har.ts'
import { connect } from '../support/raw-client.ts'
import { startMocks } from '../support/start.ts'
import { evidenceOf } from './evidence-of.ts'

const words = http.get('/words/:word', ({ params }) => HttpResponse.text(String(params.word)))

test('there is no evidence without traffic', async () => {
  const running = await startMocks({ words: { handlers: [words] } })
  expect(await (running as RunningSet).evidence()).toBeUndefined()
})

test('the table has a line for each exchange, of all APIs in the order of arrival', async () => {
  const running = await startMocks({
    words: { handlers: [words, http.delete('/words', () => HttpResponse.error())] },
    numbers: { upstream: 'https://numbers.test' },
  })
  const { apis } = running
  apis.words.use(http.post('/words', () => new HttpResponse(null, { status: 204 })))
  await fetch(`${apis.words.url}/words/one`)
  await fetch(`${apis.numbers.url}/1?a=b`)
  await fetch(`${apis.words.url}/words`, { method: 'POST', body: 'two' })
  await fetch(`${apis.words.url}/words`, { method: 'DELETE' }).catch(() => {})
  await fetch(`${apis.words.url}/words/${'long'.repeat(30)}`)
  const { table, log } = await evidenceOf(running)
  expect(table).toBe(
    `
  words    GET     /words/one                                                    200  0 ms  mocked: GET /words/:word
  numbers  GET     /1?a=b                                                        501  0 ms  unhandled
  words    POST    /words                                                        204  0 ms  mocked: POST /words (from use())
  words    DELETE  /words                                                          -  0 ms  mocked: DELETE /words
  words    GET     /words/longlonglonglonglonglonglonglonglonglonglonglonglong…  200  0 ms  mocked: GET /words/:word`.slice(
      1,
    ),
  )
  expect(log.entries.map(({ request, response }: any) => [request.url, response.status])).toEqual([
    [`${apis.words.url}/words/one`, 200],
    ['https://numbers.test/1?a=b', 501],
    [`${apis.words.url}/words`, 204],
    [`${apis.words.url}/words`, 0],
    [`${apis.words.url}/words/${'long'.repeat(30)}`, 200],
  ])
})

test('a recorded answer is told by its file and entry', async () => {
  const file = await writeRecording(harOf([entryOf({ url: '/a' }, {}), entryOf({ url: '/b' }, {})]))
  const running = await startMocks({ pages: { upstream: ORIGIN, recording: file } })
  await fetch(`${running.apis.pages.url}/b`)
  const { table, log } = await evidenceOf(running)
  expect(table).toBe('  pages  GET  /b  200  0 ms  replayed: recorded.har, entry 2')
  expect(log.entries[0].comment).toBe(`pages: replayed: GET /b (${file}, entry 2)`)
})

test('of many exchanges the last twenty are shown, and the HAR has all', async () => {
  const running = await startMocks({ words: { handlers: [words] } })
  for (let word = 1; word <= 23; word++) await fetch(`${running.apis.words.url}/words/${word}`)
  const { table, log } = await evidenceOf(running)
  const lines = table.split('\n')
  expect(lines).toHaveLength(21)
  expect(lines[0]).toBe('  … 3 before these')
  expect(lines[1]).toContain('/words/4 ')
  expect(lines[20]).toContain('/words/23 ')
  expect(log.entries).toHaveLength(23)
})

test('the HAR says which APIs there are, and what they put into env', async () => {
  const running = await startMocks({
    words: {
      env: { WORDS_URL: ({ url }) => `${url}/v1`, WORDS_PORT: ({ port }) => String(port) },
      handlers: [words],
    },
    numbers: { env: 'NUMBERS_URL', upstream: 'https://numbers.test' },
  })
  await fetch(`${running.apis.words.url}/words/one`)
  const { log } = await evidenceOf(running)
  expect({ ...log, entries: [] }).toEqual({
    version: '1.2',
    creator: { name: 'mockberth', version: '1' },
    _apis: [
      {
        name: 'words',
        origin: running.apis.words.url,
        env: { WORDS_URL: '{url}/v1', WORDS_PORT: '{port}' },
        rewriteUrls: false,
      },
      {
        name: 'numbers',
        origin: 'https://numbers.test',
        env: { NUMBERS_URL: '{url}' },
        rewriteUrls: false,
      },
    ],
    entries: [],
  })
})

test('an entry has the bodies as text, and says what became of the request', async () => {
  const running = await startMocks({
    echo: {
      upstream: 'https://echo.test',
      handlers: [
        http.post('/echo', async ({ request }) => HttpResponse.json(await request.json())),
      ],
    },
  })
  await fetch(`${running.apis.echo.url}/echo?a=1`, {
    method: 'POST',
    body: '{"say":"é"}',
    headers: { 'content-type': 'application/json' },
  })
  const [entry] = (await evidenceOf(running)).log.entries
  expect(entry.comment).toBe('echo: mocked: POST /echo')
  expect(entry.request).toMatchObject({
    method: 'POST',
    url: 'https://echo.test/echo?a=1',
    queryString: [{ name: 'a', value: '1' }],
    postData: { mimeType: 'application/json', text: '{"say":"é"}' },
    bodySize: 12,
  })
  expect(entry.response).toMatchObject({
    status: 200,
    content: { mimeType: 'application/json', text: '{"say":"é"}', size: 12 },
  })
})

test('bodies that the journal did not keep are left out, and that is said', async () => {
  const running = await startMocks({
    echo: {
      maxBody: 3,
      handlers: [
        http.post('/echo', async ({ request }) => HttpResponse.text(await request.text())),
      ],
    },
  })
  await fetch(`${running.apis.echo.url}/echo`, { method: 'POST', body: 'four' })
  const [{ comment, request, response }] = (await evidenceOf(running)).log.entries
  expect(comment).toBe(
    'echo: mocked: POST /echo; the body of the request, 4 bytes, is left out, because it is larger than maxBody; the body of the response, 4 bytes, is left out, because it is larger than maxBody',
  )
  expect(request).toMatchObject({ bodySize: 4 })
  expect(request).not.toHaveProperty('postData')
  expect(response.content).toMatchObject({ size: 4 })
  expect(response.content).not.toHaveProperty('text')
})

test('a request whose client went away has no response', async () => {
  const reached = Promise.withResolvers<void>()
  const wait = http.get('/', () => {
    reached.resolve()
    return new Promise<Response>(() => {})
  })
  const running = await startMocks({ slow: { handlers: [wait] } })
  const { send, socket } = await connect(running.apis.slow.port)
  send('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  await reached.promise
  socket.destroy()
  await expect.poll(() => running.apis.slow.exchanges).toHaveLength(1)
  const { log, table } = await evidenceOf(running)
  expect(table).toBe('  slow  GET  /  -  0 ms  aborted')
  expect(log.entries[0].response).toEqual({
    status: 0,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: [],
    content: { size: 0, mimeType: '' },
    redirectURL: '',
    headersSize: -1,
    bodySize: -1,
  })
})

test('requests that nothing has answered yet are there, until a reset', async () => {
  const reached = Promise.withResolvers<void>()
  const wait = http.post('/', () => {
    reached.resolve()
    return new Promise<Response>(() => {})
  })
  const running = await startMocks({ slow: { handlers: [wait, words] } })
  const { port, url } = running.apis.slow
  const { send, socket } = await connect(port)
  send('POST /?a=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nbody')
  await reached.promise
  await fetch(`${url}/words/one`)
  expect(running.apis.slow.exchanges).toHaveLength(1)
  const { log, table } = await evidenceOf(running)
  expect(table).toBe(
    `
  slow  POST  /?a=1         -  0 ms  still being answered
  slow  GET   /words/one  200  0 ms  mocked: GET /words/:word`.slice(1),
  )
  expect(log.entries[0]).toMatchObject({
    comment: 'slow: still being answered',
    response: { status: 0, headersSize: -1, bodySize: -1 },
  })
  running.reset()
  expect(await (running as RunningSet).evidence()).toBeUndefined()
  socket.destroy()
})

test('links to a mock are those of the real API again', async () => {
  const running = await startMocks({ pages: { upstream: 'https://pages.test' } })
  const { pages } = running.apis
  pages.use(
    http.get('/', () =>
      HttpResponse.json(
        { next: `${pages.url}/2`, text: `see ${pages.url}` },
        {
          headers: { location: `${pages.url}/2` },
        },
      ),
    ),
  )
  await fetch(pages.url)
  const { log } = await evidenceOf(running)
  const [{ response }] = log.entries
  expect(JSON.parse(response.content.text)).toEqual({
    next: 'https://pages.test/2',
    text: `see ${pages.url}`,
  })
  expect(response.redirectURL).toBe('https://pages.test/2')
  // To be links to a mock again, when they are replayed.
  expect(log).toMatchObject({ _apis: [{ name: 'pages', rewriteUrls: 'links' }] })
})

test('evidence is of the traffic until it is asked for, and a reset forgets it', async () => {
  const running = await startMocks({ words: { handlers: [words] } })
  await fetch(`${running.apis.words.url}/words/one`)
  const taken = (running as RunningSet).evidence()
  running.reset()
  expect(JSON.parse((await taken)!.har).log.entries).toHaveLength(1)
  expect(await (running as RunningSet).evidence()).toBeUndefined()
})
