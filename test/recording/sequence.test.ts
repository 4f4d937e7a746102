import { http, HttpResponse, passthrough } from 'msw'
import { expect, test } from 'vitest'
import { defineMocks, type ApiDefinition } from '../../src/index.ts'
import { exchange, message } from '../support/raw-client.ts'
import { startMocks } from '../support/start.ts'
import { ask, ORIGIN, startRecorded, writeRecording, type Recorded } from './recorded.ts'

const twice: Recorded[] = [
  { url: '/jobs/1', reply: 'queued' },
  { url: '/other', reply: 'other' },
  { url: '/jobs/1', reply: 'done' },
]

async function askTimes(api: { url: string }, path: string, times: number): Promise<string[]> {
  const texts: string[] = []
  while (texts.length < times) texts.push(await ask(api, path))
  return texts
}

test.for<[sequence: ApiDefinition['sequence'], expected: string[]]>([
  [undefined, ['queued', 'done', 'done', 'done', 'done']],
  ['repeat-last', ['queued', 'done', 'done', 'done', 'done']],
  ['cycle', ['queued', 'done', 'queued', 'done', 'queued']],
  ['once', ['queued', 'done', 'unhandled', 'unhandled', 'unhandled']],
])('the same request again, sequence %s: %j', async ([sequence, expected]) => {
  const api = await startRecorded(twice, sequence === undefined ? {} : { sequence })
  expect(await askTimes(api, '/jobs/1', 5)).toEqual(expected)
  expect(await ask(api, '/other')).toBe('other')
})

test('each request has a position of its own', async () => {
  const api = await startRecorded(
    ['a', 'b'].flatMap((body) => [
      { url: '/x', method: 'POST', body, reply: `${body} first` },
      { url: '/x', method: 'POST', body, reply: `${body} second` },
    ]),
  )
  const post = (body: string): Promise<string> => ask(api, '/x', { method: 'POST', body })
  expect(await post('a')).toBe('a first')
  expect(await post('b')).toBe('b first')
  expect(await post('a')).toBe('a second')
  expect(await post('b')).toBe('b second')
})

test('what match takes for the same request has one position', async () => {
  const api = await startRecorded(
    [
      { url: '/x?at=1', reply: 'first' },
      { url: '/x?at=2', reply: 'second' },
    ],
    { match: { ignoreQuery: ['at'] } },
  )
  expect(await ask(api, '/x?at=2')).toBe('first')
  expect(await ask(api, '/x?at=1')).toBe('second')
})

test('parallel requests get one turn each', async () => {
  const entries = Array.from({ length: 20 }, (_, index) => ({ url: '/x', reply: `reply ${index}` }))
  const api = await startRecorded(entries, { sequence: 'once' })
  const texts = await Promise.all(entries.map(() => ask(api, '/x')))
  expect(texts.toSorted()).toEqual(entries.map(({ reply }) => reply).toSorted())
  expect(await ask(api, '/x')).toBe('unhandled')
})

test('a dropped connection takes its turn', async () => {
  const api = await startRecorded([
    { url: '/x', reply: 'first' },
    { url: '/x', status: 0 },
    { url: '/x', reply: 'third' },
  ])
  expect(await ask(api, '/x')).toBe('first')
  await expect(ask(api, '/x')).rejects.toThrow('fetch failed')
  expect(await ask(api, '/x')).toBe('third')
})

test('a HEAD that a GET answers leaves the turn to the GET; one that was recorded has its own', async () => {
  const api = await startRecorded(
    [
      { url: '/x', reply: 'first' },
      { url: '/x', reply: 'the second' },
      { url: '/own', reply: 'of GET' },
      { url: '/own', method: 'HEAD', replyHeaders: { 'x-own': 'yes' } },
    ],
    { sequence: 'once' },
  )
  const lengthOfHead = async (): Promise<string[]> => {
    const { status, body, all } = await exchange(api.port, message('HEAD /x'))
    expect(status).toBe(200)
    expect(body).toHaveLength(0)
    return all('content-length')
  }
  expect(await lengthOfHead()).toEqual(['5'])
  expect(await lengthOfHead()).toEqual(['5'])
  expect(await ask(api, '/x')).toBe('first')
  expect(await lengthOfHead()).toEqual(['10'])
  expect(await ask(api, '/x')).toBe('the second')
  expect((await exchange(api.port, message('HEAD /x'))).status).toBe(501)
  expect((await exchange(api.port, message('HEAD /own'))).all('x-own')).toEqual(['yes'])
  expect(await ask(api, '/own')).toBe('of GET')
})

test('positions restart with reset(), of the set and of the API alone', async () => {
  const recording = await writeRecording(twice)
  const definition: ApiDefinition = { recording, upstream: ORIGIN }
  const running = await startMocks({ one: definition, two: definition })
  const { one, two } = running.apis
  expect([await ask(one, '/jobs/1'), await ask(two, '/jobs/1')]).toEqual(['queued', 'queued'])
  one.reset()
  expect([await ask(one, '/jobs/1'), await ask(two, '/jobs/1')]).toEqual(['queued', 'done'])
  running.reset()
  expect([await ask(one, '/jobs/1'), await ask(two, '/jobs/1')]).toEqual(['queued', 'queued'])
})

test('sets of one declaration have positions of their own', async ({ onTestFinished }) => {
  const recording = await writeRecording(twice)
  const mocks = defineMocks({ api: { recording, upstream: ORIGIN } })
  const [one, two] = await Promise.all([mocks.start({ env: false }), mocks.start({ env: false })])
  onTestFinished(async () => void (await Promise.all([one.stop(), two.stop()])))
  expect(await askTimes(one.apis.api, '/jobs/1', 2)).toEqual(['queued', 'done'])
  expect(await ask(two.apis.api, '/jobs/1')).toBe('queued')
  one.reset()
  expect(await ask(two.apis.api, '/jobs/1')).toBe('done')
})

test('handlers answer before the recording, and do not take a turn', async () => {
  const api = await startRecorded(twice, {
    handlers: [
      http.get('/other', () => HttpResponse.text('declared')),
      http.get(`${ORIGIN}/jobs/:id`, ({ request }) =>
        request.headers.has('x-mock') ? HttpResponse.text('mocked') : undefined,
      ),
    ],
  })
  expect(await ask(api, '/other')).toBe('declared')
  expect(await ask(api, '/jobs/1', { headers: { 'x-mock': '1' } })).toBe('mocked')
  expect(await ask(api, '/jobs/1')).toBe('queued')
  api.use(http.get('/jobs/1', () => HttpResponse.text('override')))
  expect(await ask(api, '/jobs/1')).toBe('override')
  api.reset()
  expect(await ask(api, '/jobs/1')).toBe('queued')
})

test('passthrough() and a handler that returns nothing leave it to the recording, with the body', async () => {
  const api = await startRecorded(
    [
      { url: '/passed', method: 'POST', body: '{"a":1}', reply: 'recorded' },
      { url: '/left', method: 'POST', body: '{"a":1}', reply: 'recorded too' },
    ],
    {
      handlers: [
        http.post('/passed', () => passthrough()),
        http.post('/left', async ({ request }) => {
          expect(await request.json()).toEqual({ a: 1 })
        }),
        http.all('/elsewhere', () => passthrough()),
      ],
    },
  )
  const post = { method: 'POST', body: '{ "a": 1 }' }
  expect(await ask(api, '/passed', post)).toBe('recorded')
  expect(await ask(api, '/left', post)).toBe('recorded too')
  expect(await ask(api, '/elsewhere', post)).toBe('unhandled')
  expect(api.exchanges.map(({ outcome }) => outcome)).toEqual(['replayed', 'replayed', 'unhandled'])
})

test('the journal names the entry that answered', async () => {
  const recording = await writeRecording([
    { url: '/y', reply: 'y' },
    { url: '/x?a=1', reply: 'x' },
    { url: '/gone', status: -1 },
  ])
  const { apis } = await startMocks({ api: { recording, upstream: ORIGIN } })
  expect(await ask(apis.api, '/x?a=1')).toBe('x')
  await expect(ask(apis.api, '/gone')).rejects.toThrow('fetch failed')
  const [replayed, dropped] = apis.api.exchanges
  expect(replayed).toMatchObject({
    outcome: 'replayed',
    handler: { kind: 'entry', label: 'GET /x?a=1', source: `${recording}, entry 2` },
  })
  expect(replayed!.response?.text()).toBe('x')
  expect(dropped).toMatchObject({ outcome: 'replayed', handler: { kind: 'entry' } })
  expect(dropped!.response).toBeUndefined()
})

test('a request without an entry is unhandled, and told what is near', async () => {
  const recording = await writeRecording([
    { url: '/x?a=1', reply: 'x' },
    { url: '/y', method: 'POST', reply: 'y' },
  ])
  const running = await startMocks({
    api: { recording, upstream: ORIGIN, handlers: [http.get('/mocked', () => undefined)] },
  })
  const response = await fetch(`${running.apis.api.url}/x?a=2`)
  expect(response.status).toBe(501)
  const lines = (await response.text()).split('\n')
  expect(lines[0]).toBe(`mockberth: Unhandled request to api: GET ${ORIGIN}/x?a=2`)
  const listed = lines.filter((line) => /^ {2}[A-Z]+ /.test(line))
  expect(listed).toEqual([
    `  GET /x?a=1 (${recording}, entry 1)`,
    expect.stringMatching(/^ {2}GET \/mocked( |$)/),
    `  POST /y (${recording}, entry 2)`,
  ])
  expect(() => running.verify()).toThrow(
    expect.objectContaining({
      name: 'MockberthError',
      code: 'UNHANDLED_REQUEST',
      message: expect.stringContaining(`  GET /x?a=1 (${recording}, entry 1)`),
    }),
  )
  expect(running.apis.api.exchanges[0]).toMatchObject({ outcome: 'unhandled' })
})

test('a request whose entries all had their turn is told so', async () => {
  const recording = await writeRecording([...twice, { url: '/jobs/2', reply: 'one' }])
  const { apis } = await startMocks({ api: { recording, upstream: ORIGIN, sequence: 'once' } })
  await askTimes(apis.api, '/jobs/1', 2)
  await ask(apis.api, '/jobs/2')
  const explanation = async (path: string): Promise<string> =>
    (await fetch(apis.api.url + path)).text()
  expect(await explanation('/jobs/1')).toContain(
    `\n\n2 entries of ${recording} answered it already, and sequence is 'once':\n  entry 1\n  entry 3\n\n`,
  )
  expect(await explanation('/jobs/2')).toContain(
    `\n\n1 entry of ${recording} answered it already, and sequence is 'once':\n  entry 4\n\n`,
  )
  expect(await explanation('/jobs/3')).not.toContain('answered it already')
})
