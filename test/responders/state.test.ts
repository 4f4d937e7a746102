import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { MockApi } from '../../src/index.ts'
import { startMocks } from '../support/start.ts'
import { startApi } from '../wire/start-api.ts'

async function ask(api: MockApi, times: number, path = '/x'): Promise<string[]> {
  const texts: string[] = []
  for (let time = 0; time < times; time++) texts.push(await (await fetch(api.url + path)).text())
  return texts
}

const reply = (text: string) => () => HttpResponse.text(text)
const finalReply = http.get('/x', reply('rest'))

function* counting() {
  yield HttpResponse.text('one')
  yield HttpResponse.text('two')
  return HttpResponse.text('three')
}

test('a once handler answers once; reset() makes it new', async () => {
  const api = await startApi([http.get('/x', reply('once'), { once: true }), finalReply])
  expect(await ask(api, 3)).toEqual(['once', 'rest', 'rest'])
  api.reset()
  expect(await ask(api, 3)).toEqual(['once', 'rest', 'rest'])
})

test('of requests at the same time, one gets the once handler', async () => {
  const api = await startApi([
    http.post(
      '/x',
      async ({ request }) => {
        await request.text()
        return HttpResponse.text('once')
      },
      { once: true },
    ),
    http.post('/x', reply('rest')),
  ])
  const texts = await Promise.all(
    Array.from({ length: 10 }, async () =>
      (await fetch(`${api.url}/x`, { method: 'POST', body: 'x'.repeat(100_000) })).text(),
    ),
  )
  expect(texts.filter((text) => text === 'once')).toHaveLength(1)
  expect(texts.filter((text) => text === 'rest')).toHaveLength(9)
})

test.each([
  ['a generator', counting],
  [
    'an async generator',
    async function* asynchronously() {
      yield* counting()
      return HttpResponse.text('three')
    },
  ],
])('%s answers step by step and stays at its end; reset() begins again', async (_, resolver) => {
  const api = await startApi([http.get('/x', resolver)])
  expect(await ask(api, 4)).toEqual(['one', 'two', 'three', 'three'])
  api.reset()
  expect(await ask(api, 2)).toEqual(['one', 'two'])
  api.reset()
  expect(await ask(api, 1)).toEqual(['one'])
})

test('a generator with once goes away when it is at its end', async () => {
  const api = await startApi([http.get('/x', counting, { once: true }), finalReply])
  expect(await ask(api, 5)).toEqual(['one', 'two', 'three', 'rest', 'rest'])
  api.reset()
  expect(await ask(api, 5)).toEqual(['one', 'two', 'three', 'rest', 'rest'])
})

test('reset() lets an unfinished generator clean up', async () => {
  const done: string[] = []
  const api = await startApi([
    http.get('/x', function* polling() {
      try {
        for (;;) yield HttpResponse.text('still')
      } finally {
        done.push('cleaned up')
      }
    }),
  ])
  expect(await ask(api, 2)).toEqual(['still', 'still'])
  expect(done).toEqual([])
  api.reset()
  expect(done).toEqual(['cleaned up'])
})

test('use() goes before all others, newest first, and within one call in order', async () => {
  const api = await startApi([finalReply])
  api.use(http.get('/x', reply('older')))
  api.use(
    http.get('/x', reply('newer'), { once: true }),
    http.get('/x', reply('newer, second'), { once: true }),
  )
  expect(await ask(api, 4)).toEqual(['newer', 'newer, second', 'older', 'older'])
  expect(api.exchanges.map(({ handler }) => handler?.kind)).toEqual(Array(4).fill('override'))
  api.reset()
  expect(await ask(api, 1)).toEqual(['rest'])
  expect(api.exchanges.map(({ handler }) => handler?.kind)).toEqual(['handler'])
})

test('an override that falls through leaves the request to the declared handler', async () => {
  const seen: string[] = []
  const api = await startApi([finalReply])
  api.use(http.all('*', ({ request }) => void seen.push(request.method)))
  expect(await ask(api, 1)).toEqual(['rest'])
  expect(seen).toEqual(['GET'])
})

test('the same override used again after reset() is new', async () => {
  const once = http.get('/x', reply('once'), { once: true })
  const generator = http.get('/g', counting)
  const api = await startApi([finalReply])
  for (let round = 0; round < 3; round++) {
    api.use(once, generator)
    expect(await ask(api, 2)).toEqual(['once', 'rest'])
    expect(await ask(api, 2, '/g')).toEqual(['one', 'two'])
    api.reset()
  }
})

test('one array of handlers in two running sets: each has its own state', async () => {
  const handlers = [
    http.get('/x', reply('once'), { once: true }),
    finalReply,
    http.get('/g', counting),
  ]
  const one = (await startMocks({ api: { handlers } })).apis.api
  const two = (await startMocks({ api: { handlers } })).apis.api
  expect(await ask(one, 2)).toEqual(['once', 'rest'])
  expect(await ask(two, 2)).toEqual(['once', 'rest'])
  expect(await ask(one, 2, '/g')).toEqual(['one', 'two'])
  expect(await ask(two, 1, '/g')).toEqual(['one'])
  one.reset()
  expect(await ask(one, 2)).toEqual(['once', 'rest'])
  expect(await ask(two, 1)).toEqual(['rest'])
  expect(await ask(one, 1, '/g')).toEqual(['one'])
  expect(await ask(two, 1, '/g')).toEqual(['two'])
})

test('one array of handlers for two APIs of one set: each has its own state', async () => {
  const handlers = [http.get('/x', reply('once'), { once: true }), finalReply]
  const { apis } = await startMocks({ one: { handlers }, two: { handlers } })
  expect(await ask(apis.one, 2)).toEqual(['once', 'rest'])
  expect(await ask(apis.two, 2)).toEqual(['once', 'rest'])
})

test('a handler that was used elsewhere is new in a set', async () => {
  const once = http.get('https://x.test/x', reply('once'), { once: true })
  const generator = http.get('https://x.test/g', counting)
  for (const handler of [once, generator]) {
    const request = new Request(`https://x.test/${handler === once ? 'x' : 'g'}`)
    const used = await handler.run({ request, requestId: '1' })
    expect(await used?.response?.text()).toBe(handler === once ? 'once' : 'one')
  }
  const api = await startApi([once, generator], { upstream: 'https://x.test' })
  expect(await ask(api, 1)).toEqual(['once'])
  expect(await ask(api, 2, '/g')).toEqual(['one', 'two'])
  // And the handler outside is where it was.
  const next = await generator.run({ request: new Request('https://x.test/g'), requestId: '2' })
  expect(await next?.response?.text()).toBe('two')
})

test('a request that began before reset() is answered by what it began with', async () => {
  const go = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const api = await startApi([finalReply])
  api.use(
    http.get('/x', async () => {
      reached.resolve()
      await go.promise
      return HttpResponse.text('override')
    }),
  )
  const [text] = [ask(api, 1)]
  await reached.promise
  api.reset()
  go.resolve()
  expect(await text).toEqual(['override'])
  expect(await ask(api, 1)).toEqual(['rest'])
})
