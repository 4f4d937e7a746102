import { setTimeout as wait } from 'node:timers/promises'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { MockApi } from '../../src/index.ts'
import { connect, message } from '../support/raw-client.ts'
import { startMocks } from '../support/start.ts'
import { chunks, controlledBody } from '../wire/chunks.ts'
import { startApi } from '../wire/start-api.ts'

/** A handler whose replies wait until the test lets them go, by path. */
function gates() {
  const arrived: string[] = []
  const left: string[] = []
  const gate = new Map<string, () => void>()
  const handler = http.all('*', async ({ request }) => {
    const { pathname } = new URL(request.url)
    request.signal.addEventListener('abort', () => void left.push(pathname))
    await new Promise<void>((resolve) => {
      gate.set(pathname, resolve)
      arrived.push(pathname)
    })
    return HttpResponse.text(pathname)
  })
  return {
    handler,
    reached: (...all: string[]) => expect.poll(() => arrived).toEqual(all),
    left: (...all: string[]) => expect.poll(() => left).toEqual(all),
    release: (path: string) => gate.get(path)!(),
  }
}

function paths(api: MockApi): string[] {
  return api.exchanges.map(({ request }) => request.path)
}

test('exchanges are in the order of arrival, whatever the order of the replies', async () => {
  const { handler, reached, release } = gates()
  const api = await startApi([handler])
  const replies: Promise<string>[] = []
  const ask = async (path: string): Promise<string> => (await fetch(api.url + path)).text()
  replies.push(ask('/1'))
  await reached('/1')
  replies.push(ask('/2'))
  await reached('/1', '/2')
  replies.push(ask('/3'))
  await reached('/1', '/2', '/3')
  expect(paths(api)).toEqual([])
  release('/2')
  await replies[1]
  expect(paths(api)).toEqual(['/2'])
  release('/3')
  await replies[2]
  expect(paths(api)).toEqual(['/2', '/3'])
  release('/1')
  await replies[0]
  expect(paths(api)).toEqual(['/1', '/2', '/3'])
})

test('each API has its own exchanges', async () => {
  const handlers = [http.get('*', () => HttpResponse.text('ok'))]
  const { apis } = await startMocks({ one: { handlers }, two: { handlers } })
  await fetch(`${apis.one.url}/1`)
  await fetch(`${apis.two.url}/2`)
  await fetch(`${apis.one.url}/3`)
  expect([paths(apis.one), paths(apis.two)]).toEqual([['/1', '/3'], ['/2']])
  expect(apis.two.exchanges[0]?.api).toBe('two')
})

test('right after a reply was read, its exchange is there and complete, every time', async () => {
  const api = await startApi([
    http.get('/whole/:n', ({ params }) => HttpResponse.json(params)),
    http.get('/stream/:n', ({ params }) => new HttpResponse(chunks(['n', `${params.n}`]))),
    http.post('/echo/:n', ({ request }) => new HttpResponse(request.body)),
    http.post('/unread/:n', () => HttpResponse.text('unread')),
  ])
  const body = 'x'.repeat(70_000)
  for (let n = 0; n < 100; n++) {
    for (const kind of ['whole', 'stream', 'echo', 'unread']) {
      const isPost = kind === 'echo' || kind === 'unread'
      const response = await fetch(`${api.url}/${kind}/${n}`, {
        ...(isPost && { method: 'POST', body }),
      })
      const text = await response.text()
      const last = api.exchanges.at(-1)!
      const { duration } = last
      expect(last.request.path).toBe(`/${kind}/${n}`)
      expect(last.outcome).toBe('mocked')
      expect(last.response?.text()).toBe(text)
      expect(last.request.text()).toBe(isPost ? body : '')
      expect(last.duration).toBe(duration)
    }
    api.reset()
  }
})

test('of many requests at once, each is there when its reply is', async () => {
  const api = await startApi([http.get('/:n', ({ params }) => HttpResponse.text(`${params.n}`))])
  await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      await (await fetch(`${api.url}/${n}`)).text()
      expect(api.find('GET', `/${n}`)?.response?.text()).toBe(String(n))
    }),
  )
  expect(api.exchanges).toHaveLength(100)
})

test('an exchange is visible before its stream ends, and grows with it', async () => {
  const stream = controlledBody()
  const api = await startApi([http.get('/stream', () => new HttpResponse(stream.body))])
  const response = await fetch(`${api.url}/stream`)
  const [one] = api.exchanges
  expect(one).toMatchObject({ outcome: 'mocked', response: { status: 200, size: 0 } })
  const reader = response.body!.getReader()
  stream.send('first')
  await reader.read()
  expect(one?.response?.text()).toBe('first')
  stream.send('second')
  await reader.read()
  expect(one?.response?.text()).toBe('firstsecond')
  const { duration } = one!
  await wait(5)
  expect(one!.duration).toBeGreaterThan(duration)
  stream.close()
  expect((await reader.read()).done).toBe(true)
  expect(one!.duration).toBe(one!.duration)
  expect(api.exchanges).toEqual([one])
})

test('what is still on its way at reset() stays out of the new journal', async () => {
  const { handler, reached, left, release } = gates()
  const stream = controlledBody()
  const api = await startApi([http.get('/stream', () => new HttpResponse(stream.body)), handler])
  const streaming = await fetch(`${api.url}/stream`)
  const late = fetch(`${api.url}/late`)
  await reached('/late')
  const leaving = await connect(api.port)
  leaving.send(message('GET /leaving'))
  await reached('/late', '/leaving')
  expect(paths(api)).toEqual(['/stream'])

  api.reset()
  expect(paths(api)).toEqual([])
  release('/late')
  expect(await (await late).text()).toBe('/late')
  stream.send('more')
  stream.close()
  expect(await streaming.text()).toBe('more')
  leaving.socket.destroy()
  await left('/leaving')
  const next = fetch(`${api.url}/next`)
  await reached('/late', '/leaving', '/next')
  release('/next')
  await (await next).text()
  expect(paths(api)).toEqual(['/next'])
})

test('exchanges that were taken before reset() stay as they are', async () => {
  const api = await startApi([http.get('/a', () => HttpResponse.text('a'))])
  await fetch(`${api.url}/a`)
  const { exchanges } = api
  api.reset()
  expect(exchanges[0]?.response?.text()).toBe('a')
  expect(api.exchanges).toEqual([])
})

test('reset() of one API keeps what is on its way to another on the journal', async () => {
  const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const reached = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const held = (index: number, until: Promise<void>): ReturnType<typeof http.get> =>
    http.get('/', async () => {
      reached[index]!.resolve()
      await until
      return new HttpResponse('x')
    })
  const { apis } = await startMocks({
    one: { handlers: [held(0, one.promise)] },
    two: { handlers: [held(1, two.promise)] },
  })
  const replies = [fetch(apis.one.url), fetch(apis.two.url)]
  await Promise.all(reached.map(({ promise }) => promise))
  apis.one.reset()
  one.resolve()
  two.resolve()
  await Promise.all(replies)
  expect(apis.one.exchanges).toEqual([])
  expect(apis.two.exchanges).toHaveLength(1)
})
