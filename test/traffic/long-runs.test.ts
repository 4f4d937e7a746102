import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { http, HttpResponse } from 'msw'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { MockApi, RunningMocks } from '../../src/index.ts'
import { failureOf } from '../report/received/failure.ts'
import { evidenceOf } from '../report/evidence-of.ts'
import { startMocks } from '../support/start.ts'
import { controlledBody } from '../wire/chunks.ts'
import { startApi } from '../wire/start-api.ts'
import { sendMany } from './many-requests.ts'

const KEPT = 10_000
const MIB = 1024 * 1024

const handler = http.all('*', () => HttpResponse.text('the end'))

/** An API that was asked for `/1`, `/2` and so on, `count` times. */
async function startAsked(count: number): Promise<{ api: MockApi; running: RunningMocks }> {
  silenceWarnings()
  const running = await startMocks({ api: { handlers: [handler] } })
  const { api } = running.apis
  await sendMany(api.port, count, (index) => `/${index + 1}`)
  return { api, running }
}

/** What is said once in a process may be said in any test. */
function silenceWarnings(): void {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
}

const letGoText = (some: string): string =>
  `${some} no longer kept: the journal has the last 10000 that ended, and no more of them than are 64 MiB with their headers and bodies. Look at them earlier, or call apis.api.reset() in between; where it is large bodies that are too much, declare a smaller maxBody.`

test('of many exchanges the last are kept, and the others counted, until a reset', async () => {
  const { api } = await startAsked(KEPT)
  expect(api.exchanges).toHaveLength(KEPT)
  expect(api.exchangesLetGo).toBe(0)
  await sendMany(api.port, 300, (index) => `/late/${index}`)
  const paths = api.exchanges.map(({ request }) => request.path)
  expect(paths).toEqual([
    ...Array.from({ length: KEPT - 300 }, (_, index) => `/${index + 301}`),
    ...Array.from({ length: 300 }, (_, index) => `/late/${index}`),
  ])
  expect(api.exchangesLetGo).toBe(300)
  const [first] = api.exchanges
  api.reset()
  expect([api.exchanges, api.exchangesLetGo]).toEqual([[], 0])
  // Who has one keeps it.
  expect(first?.response?.text()).toBe('the end')
})

test('it is said once that older exchanges are let go of', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  const { apis } = await startMocks({ crowded: { handlers: [handler] } })
  const { crowded } = apis
  await sendMany(crowded.port, KEPT, () => '/')
  expect(warn).not.toHaveBeenCalled()
  await sendMany(crowded.port, 200, () => '/')
  crowded.reset()
  await sendMany(crowded.port, KEPT + 1, () => '/')
  expect(warn.mock.calls).toEqual([
    [
      'mockberth: crowded has received more than its journal keeps, which is the last 10000 that ended, and no more of them than are 64 MiB with their headers and bodies. Older ones are let go of from now on; apis.crowded.exchangesLetGo says how many.',
    ],
  ])
})

test('what is still on its way is never let go of, and is there when it has ended', async () => {
  silenceWarnings()
  const stream = controlledBody()
  const held = Promise.withResolvers<Response>()
  const reached = Promise.withResolvers<void>()
  const api = await startApi([
    http.get('/stream', () => new HttpResponse(stream.body)),
    http.get('/held', () => {
      reached.resolve()
      return held.promise
    }),
    handler,
  ])
  const streaming = await fetch(`${api.url}/stream`)
  const late = fetch(`${api.url}/held`)
  await reached.promise
  await sendMany(api.port, KEPT + 500, () => '/')
  expect(api.exchanges).toHaveLength(KEPT + 1)
  expect(api.exchanges[0]?.request.path).toBe('/stream')
  expect(() => api.find('GET', '/held')).toThrow('find() cannot tell')
  stream.send('first')
  held.resolve(HttpResponse.text('at last') as Response)
  expect(await (await late).text()).toBe('at last')
  stream.close()
  expect(await streaming.text()).toBe('first')
  const first = api.exchanges.slice(0, 3)
  expect(first.map(({ request }) => request.path)).toEqual(['/stream', '/held', '/'])
  expect(first.map(({ response }) => response?.text())).toEqual(['first', 'at last', 'the end'])
  expect(api.exchanges).toHaveLength(KEPT)
  expect(api.exchangesLetGo).toBe(502)
})

test('of large bodies as many are kept as are 64 MiB, and the last in any case', async () => {
  silenceWarnings()
  const size = 20 * MIB
  const api = await startApi([handler], { maxBody: 100 * MIB })
  const send = async (path: string, bytes: number): Promise<void> => {
    await (await fetch(api.url + path, { method: 'POST', body: Buffer.alloc(bytes) })).text()
  }
  const paths = (): string[] => api.exchanges.map(({ request }) => request.path)
  for (const path of ['/1', '/2', '/3', '/4', '/5']) await send(path, size)
  expect(paths()).toEqual(['/3', '/4', '/5'])
  expect(api.exchangesLetGo).toBe(2)
  await send('/larger', 65 * MIB)
  expect(paths()).toEqual(['/larger'])
  expect(api.exchanges[0]?.request.size).toBe(65 * MIB)
  await send('/small', 1)
  expect(paths()).toEqual(['/small'])
  expect(api.exchangesLetGo).toBe(6)
})

test('long headers count as bodies do', async () => {
  silenceWarnings()
  const api = await startApi([handler])
  const headers = { 'x-long': 'x'.repeat(900_000) }
  for (let n = 0; n < 80; n++) await (await fetch(api.url, { headers })).text()
  expect(api.exchanges.length).toBeGreaterThanOrEqual(70)
  expect(api.exchanges.length + api.exchangesLetGo).toBe(80)
  expect(api.exchangesLetGo).toBeGreaterThan(0)
})

test('long URLs count as bodies do, and so does each of very many headers', async () => {
  silenceWarnings()
  const api = await startApi([handler])
  const long = `/${'x'.repeat(900_000)}`
  for (let n = 0; n < 80; n++) await sendMany(api.port, 1, () => long)
  expect(api.exchanges.length).toBeGreaterThanOrEqual(70)
  expect(api.exchanges.length).toBeLessThan(80)
  api.reset()
  const headers = Array.from({ length: 900 }, (_, n) => [`x-${n}`, ''] as [string, string])
  for (let n = 0; n < 1300; n++) await (await fetch(api.url, { headers })).text()
  expect(api.exchangesLetGo).toBeGreaterThan(0)
})

test('each API has its own limit', async () => {
  silenceWarnings()
  const { apis } = await startMocks({ one: { handlers: [handler] }, two: { handlers: [handler] } })
  await (await fetch(apis.two.url)).text()
  await sendMany(apis.one.port, KEPT + 1, () => '/')
  expect([apis.one.exchangesLetGo, apis.two.exchangesLetGo]).toEqual([1, 0])
  expect(apis.two.exchanges).toHaveLength(1)
})

test('find() finds what is kept, and says so where it cannot tell', async () => {
  const { api } = await startAsked(KEPT + 2)
  expect(api.find('GET', '/3')?.request.path).toBe('/3')
  for (const path of ['/1', '/never']) {
    expect(() => api.find('GET', path)).toThrow(
      expect.objectContaining({
        code: 'NOT_KEPT',
        message: `find() cannot tell whether api has received this. ${letGoText('2 older exchanges of api are')}`,
      }),
    )
  }
})

test('toHaveReceived() counts nothing of which a part is no longer kept', async () => {
  const { api } = await startAsked(KEPT + 1)
  const letGo = letGoText('1 older exchange of api is')
  const unknown = `It cannot be told whether api has received GET /1.\n\n${letGo}`
  const howOften = `It cannot be told how often api has received GET /7: 1 is kept.\n\n${letGo}`
  expect(failureOf(() => expect(api).toHaveReceived('GET', '/1'))).toBe(unknown)
  expect(failureOf(() => expect(api).not.toHaveReceived('GET', '/1'))).toBe(unknown)
  for (const times of [1, 2]) {
    expect(failureOf(() => expect(api).toHaveReceived('GET', '/7', { times }))).toBe(howOften)
    expect(failureOf(() => expect(api).not.toHaveReceived('GET', '/7', { times }))).toBe(howOften)
  }
  // These are certain all the same.
  expect(api).toHaveReceived('GET', '/7')
  expect(api).not.toHaveReceived('GET', '/7', { times: 0 })
  expect(api).not.toHaveReceived('GET', '/7', { times: 3 })
  expect(failureOf(() => expect(api).not.toHaveReceived('GET', '/7'))).toBe(
    `api has received GET /7 at least once, which it should not have:\n  6. GET /7 (200, mocked)\n\n${letGo}`,
  )
  expect(failureOf(() => expect(api).toHaveReceived('GET', '/7', { times: 0 }))).toBe(
    `api has received GET /7 at least once, not 0 times:\n  6. GET /7 (200, mocked)\n\n${letGo}`,
  )
  expect(failureOf(() => expect(api).toHaveReceived('GET', '/no', { times: 2 }))).toMatch(
    /^api has received GET \/no at most once, not 2 times\.\n\n/,
  )
  expect(failureOf(() => expect(api).toHaveReceived('GET', '/7', { times: 3 }))).toMatch(
    new RegExp(
      String.raw`^api has received GET /7 at most 2 times, not 3 times:\n[^]*\n\n1 older exchange of api is no longer kept: `,
    ),
  )
})

test('toHaveReceivedInOrder() cannot tell what came before what is kept', async () => {
  const { api } = await startAsked(KEPT + 1)
  const order = [
    ['GET', '/1'],
    ['GET', '/5'],
  ] as const
  const failures = [
    failureOf(() => expect(api).toHaveReceivedInOrder(order)),
    failureOf(() => expect(api).not.toHaveReceivedInOrder(order)),
  ]
  for (const failure of failures) {
    expect(failure).toMatch(/^It cannot be told whether api has received this in order:\n/)
    expect(failure).toContain(`\n\n${letGoText('1 older exchange of api is')}`)
  }
  expect(api).toHaveReceivedInOrder([
    ['GET', '/2'],
    ['GET', '/5'],
  ])
})

test('waitFor() says what it could not look at', async () => {
  const { api } = await startAsked(KEPT + 1)
  expect((await api.waitFor('GET', '/2', { timeout: 0 })).request.path).toBe('/2')
  await expect(api.waitFor('GET', '/1', { timeout: 0 })).rejects.toMatchObject({
    code: 'NOT_RECEIVED',
    message: expect.stringMatching(
      /^api has not received GET \/1 within 0 ms, or it is no longer kept\.\n\n[^]*\n\n1 older exchange of api is no longer kept: /,
    ),
  })
  await Promise.all([api.waitFor('GET', '/next'), (await fetch(`${api.url}/next`)).text()])
})

test('the evidence of a failed test counts what is no longer kept', async () => {
  const { running } = await startAsked(KEPT + 3)
  const { log, table } = await evidenceOf(running)
  expect(log.entries).toHaveLength(KEPT)
  expect(log.comment).toBe(letGoText('3 older exchanges of api are'))
  expect(table.split('\n')[0]).toBe('  … 9983 before these, of which 3 are no longer kept')
})

test('memory does not grow with the number of requests', { timeout: 120_000 }, async () => {
  const file = fileURLToPath(new URL('long-run.process.ts', import.meta.url))
  const args = ['--expose-gc', file, '4', '15000']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const [first, ...later] = JSON.parse(stdout) as number[]
  // Those 45,000 exchanges would take 50 MiB.
  expect(Math.max(...later) - first!).toBeLessThan(8 * MIB)
})
