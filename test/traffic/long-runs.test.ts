import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { http, HttpResponse } from 'msw'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startMocks } from '../support/start.ts'
import { controlledBody } from '../wire/chunks.ts'
import { startApi } from '../wire/start-api.ts'
import { handler, KEPT, silenceWarnings, startAsked } from './full-journal.ts'
import { sendMany } from './many-requests.ts'

const MIB = 1024 * 1024

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
      'mockberth: crowded has received more than its journal keeps, which is the last 2000 that ended, and no more of them than are 64 MiB with their headers and bodies. Older ones are let go of from now on; apis.crowded.exchangesLetGo says how many.',
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

test('of many larger bodies those are kept that are 64 MiB together', async () => {
  silenceWarnings()
  const api = await startApi([handler])
  const body = Buffer.alloc(200_000)
  for (let index = 0; index < 500; index++) {
    await (await fetch(`${api.url}/${index}`, { method: 'POST', body })).text()
  }
  const kept = api.exchanges.length
  expect(kept).toBeGreaterThan(320)
  expect(kept).toBeLessThan(336)
  expect(api.exchangesLetGo).toBe(500 - kept)
  expect([api.exchanges[0], api.exchanges.at(-1)].map((one) => one!.request.path)).toEqual([
    `/${500 - kept}`,
    '/499',
  ])
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

test('memory does not grow with the number of requests', { timeout: 120_000 }, async () => {
  const file = fileURLToPath(new URL('long-run.process.ts', import.meta.url))
  const args = ['--expose-gc', file, '4', '15000']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const [first, ...later] = JSON.parse(stdout) as number[]
  // Those 45,000 exchanges would take 50 MiB.
  expect(Math.max(...later) - first!).toBeLessThan(8 * MIB)
})

test('what was made for a request does not outlive it until all is searched for garbage', async () => {
  const file = fileURLToPath(new URL('promoted.process.ts', import.meta.url))
  const args = ['--expose-gc', '--initial-old-space-size=512', file, '8000']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { promoted, sweeps } = JSON.parse(stdout) as { promoted: number; sweeps: number }
  // The one before they were sent.
  expect(sweeps).toBe(1)
  // An exchange that is kept takes 1,000 bytes; a request and its handling, 4,000.
  expect(promoted).toBeLessThan(2000)
})
