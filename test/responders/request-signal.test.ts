import { once } from 'node:events'
import nodeHttp from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as msw3 from 'msw'
import * as msw2 from 'msw-2'
import { expect, onTestFinished, test } from 'vitest'
import { connect, message } from '../support/raw-client.ts'
import { startApi } from '../wire/start-api.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const versions = [
  ['3', msw3],
  ['2', msw2 as unknown as typeof msw3],
] as const

/** Signals of requests, and of what resolvers make of them. */
const signalsOf: Record<string, (request: Request) => AbortSignal> = {
  'the request': (request) => request.signal,
  'a clone': (request) => request.clone().signal,
  'a clone of a clone': (request) => request.clone().clone().signal,
  'a request made of it': (request) => new Request(request).signal,
  'a request made of a clone': (request) => new Request(request.clone()).signal,
  'one with other headers': (request) => new Request(request, { headers: { a: 'b' } }).signal,
  'any()': (request) => AbortSignal.any([request.signal]),
  'any() of a clone': (request) => AbortSignal.any([request.clone().signal]),
  'any() of a request made of it': (request) => AbortSignal.any([new Request(request).signal]),
}

test.each(versions)(
  'a client that leaves aborts all signals of its request, for a resolver of msw %s',
  async (_, { http }) => {
    const reached = Promise.withResolvers<Request>()
    const api = await startApi([
      http.get('/hang', ({ request }) => {
        reached.resolve(request)
        return new Promise<Response>(() => {})
      }),
    ])
    const client = await connect(api.port)
    client.send(message('GET /hang'))
    const request = await reached.promise
    const before = Object.entries(signalsOf).map(([name, of]) => [name, of(request)] as const)
    const told: string[] = []
    for (const [name, signal] of before) {
      expect([name, signal.aborted]).toEqual([name, false])
      signal.addEventListener('abort', () => told.push(name))
    }
    client.socket.destroy()
    await expect.poll(() => told.toSorted()).toEqual(Object.keys(signalsOf).toSorted())
    const after = Object.entries(signalsOf).map(([name, of]) => [name, of(request)] as const)
    for (const [name, signal] of [...before, ...after]) {
      const { aborted, reason } = signal
      expect([name, aborted, reason?.name]).toEqual([name, true, 'AbortError'])
      expect(() => signal.throwIfAborted()).toThrow('This operation was aborted')
    }
    await expect(fetch(request)).rejects.toMatchObject({ name: 'AbortError' })
  },
)

test.each(versions)(
  'all signals are aborted of a request that a resolver of msw %s looks at when its client has left',
  async (_, { http, HttpResponse }) => {
    const looked = Promise.withResolvers<Request>()
    const left = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    const api = await startApi([
      http.get('/late/:way', async (info) => {
        if (info.params.way === 'first') return HttpResponse.text('')
        reached.resolve()
        await left.promise
        looked.resolve(info.request)
        return HttpResponse.text('')
      }),
    ])
    // What the first resolver is given tells that this version of MSW is understood.
    await fetch(`${api.url}/late/first`)
    const client = await connect(api.port)
    client.send(message('GET /late/second'))
    await reached.promise
    client.socket.destroy()
    await expect.poll(() => api.exchanges.at(-1)?.outcome).toBe('aborted')
    left.resolve()
    const request = await looked.promise
    for (const [name, of] of Object.entries(signalsOf)) {
      const { aborted, reason } = of(request)
      expect([name, aborted, reason?.name]).toEqual([name, true, 'AbortError'])
    }
  },
)

test.each(['fetch(request)', 'fetch(request.clone())', 'fetch(bypass(request))'])(
  'a client that leaves ends %s',
  async (how) => {
    const asked = Promise.withResolvers<nodeHttp.IncomingMessage>()
    const upstream = nodeHttp.createServer((incoming) => asked.resolve(incoming))
    upstream.listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    onTestFinished(() => void upstream.close())
    const failed = Promise.withResolvers<Error>()
    const api = await startApi(
      [
        msw3.http.post('/far', ({ request }) => {
          const given =
            how === 'fetch(request)'
              ? request
              : how === 'fetch(request.clone())'
                ? request.clone()
                : msw3.bypass(request)
          const answer = fetch(given)
          answer.catch(failed.resolve)
          return answer
        }),
      ],
      { upstream: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}` },
    )
    const client = await connect(api.port)
    client.send(message('POST /far', [], 'body'))
    const incoming = await asked.promise
    client.socket.destroy()
    expect(await failed.promise).toMatchObject({ name: 'AbortError' })
    await expect.poll(() => incoming.destroyed).toBe(true)
  },
)

test('a resolver that holds the signal alone is told that its client left', async () => {
  const reached = Promise.withResolvers<AbortSignal>()
  const api = await startApi([
    msw3.http.get('/hang', ({ request }) => {
      reached.resolve(request.signal)
      return new Promise<Response>(() => {})
    }),
  ])
  const client = await connect(api.port)
  client.send(message('GET /hang'))
  const signal = await reached.promise
  await new Promise(setImmediate)
  collectGarbage()
  const told = once(signal, 'abort')
  client.socket.destroy()
  await told
  expect(signal.aborted).toBe(true)
})
