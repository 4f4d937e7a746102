import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { defineMocks, type RunningMocks } from '../../src/index.ts'
import { portsOf } from '../support/listeners.ts'
import { startMocks } from '../support/start.ts'

const names = ['ONE_URL', 'TWO_URL', 'TWO_BASE', 'TWO_HOST', 'TWO_PORT', 'MOCKBERTH_MODE']

beforeEach(() => {
  for (const name of names) delete process.env[name]
})

test('the URLs are in process.env from start to stop', async () => {
  const running = await startMocks(
    {
      one: { env: 'ONE_URL' },
      two: {
        env: {
          TWO_BASE: ({ url }) => `${url}/v1`,
          TWO_HOST: ({ hostname }) => hostname,
          TWO_PORT: ({ port }) => String(port),
        },
      },
    },
    {},
  )
  const { one, two } = running.apis
  const expected = {
    ONE_URL: `http://127.0.0.1:${one.port}`,
    TWO_BASE: `http://127.0.0.1:${two.port}/v1`,
    TWO_HOST: '127.0.0.1',
    TWO_PORT: String(two.port),
  }
  expect(running.env).toEqual(expected)
  expect(process.env).toMatchObject(expected)
  await running.stop()
  for (const name of names) expect(process.env).not.toHaveProperty(name)
})

test('several names get the same URL', async () => {
  const { env, apis } = await startMocks({ one: { env: ['ONE_URL', 'TWO_URL'] } })
  expect(env).toEqual({ ONE_URL: apis.one.url, TWO_URL: apis.one.url })
})

test('a name may be that of something which texts or lists have', async () => {
  const { env, apis } = await startMocks({ one: { env: 'at' }, two: { env: ['find', 'map'] } })
  expect(env).toEqual({ at: apis.one.url, find: apis.two.url, map: apis.two.url })
})

test('stop puts back what was there before, and leaves what somebody wrote since', async () => {
  process.env.ONE_URL = 'https://real.test'
  process.env.TWO_URL = 'https://real.test'
  const running = await startMocks({ one: { env: ['ONE_URL', 'TWO_URL'] } }, {})
  process.env.TWO_URL = 'https://changed.test'
  await running.stop()
  expect(process.env.ONE_URL).toBe('https://real.test')
  expect(process.env.TWO_URL).toBe('https://changed.test')
})

test('env: false leaves process.env alone', async () => {
  const running = await startMocks({ one: { env: 'ONE_URL' } }, { env: false })
  expect(process.env.ONE_URL).toBeUndefined()
  expect(running.env).toEqual({ ONE_URL: running.apis.one.url })
})

test('a name that another live set owns is ENV_TAKEN, and nothing of the second set listens', async () => {
  const mocks = defineMocks({ one: { env: 'ONE_URL' }, two: { env: 'TWO_URL' } })
  const first = await mocks.start()
  onTestFinished(() => first.stop())
  const ports = portsOf(process.pid)
  await expect(mocks.start()).rejects.toMatchObject({
    code: 'ENV_TAKEN',
    message:
      'process.env.ONE_URL, process.env.TWO_URL belong to another set of mocks that is running in this process. Stop that one first, or start this one with { env: false } and read its URLs from running.env.',
  })
  expect(portsOf(process.pid)).toEqual(ports)
  expect(process.env.ONE_URL).toBe(first.apis.one.url)
  await first.stop()
  const second = await mocks.start()
  onTestFinished(() => second.stop())
  expect(process.env.ONE_URL).toBe(second.apis.one.url)
})

test('of two starts at the same moment one gets the name', async () => {
  const mocks = defineMocks({ one: { env: 'ONE_URL' } })
  const results = await Promise.allSettled([mocks.start(), mocks.start()])
  const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  onTestFinished(async () => {
    await Promise.all(started.map((running) => running.stop()))
  })
  expect(started).toHaveLength(1)
  expect(process.env.ONE_URL).toBe(started[0]!.apis.one.url)
})

test('the name is free again when a start fails', async () => {
  const blocked = defineMocks({
    one: { env: 'ONE_URL' },
    two: { env: 'TWO_URL', handlers: () => [undefined as never] },
  })
  await expect(blocked.start()).rejects.toMatchObject({ code: 'HANDLERS_INVALID' })
  await startMocks({ one: { env: 'ONE_URL' } }, {})
  expect(process.env.ONE_URL).toBeDefined()
})

type Step = 'A.start' | 'B.start' | 'A.stop' | 'B.stop'

const orders: Step[][] = [
  ['A.start', 'B.start', 'A.stop', 'B.stop'],
  ['A.start', 'B.start', 'B.stop', 'A.stop'],
  ['A.start', 'A.stop', 'B.start', 'B.stop'],
  ['B.start', 'A.start', 'A.stop', 'B.stop'],
  ['B.start', 'A.start', 'B.stop', 'A.stop'],
  ['B.start', 'B.stop', 'A.start', 'A.stop'],
]

test.for(orders)('one declaration, two sets: %s, %s, %s, %s', async (order) => {
  process.env.ONE_URL = 'before'
  const mocks = defineMocks({ one: { env: 'ONE_URL' } })
  const live: { A?: RunningMocks<'one'>; B?: RunningMocks<'one'> } = {}
  for (const step of order) {
    const [set, action] = step.split('.') as ['A' | 'B', 'start' | 'stop']
    if (action === 'start') live[set] = await mocks.start({ env: set === 'A' })
    else {
      await live[set]!.stop()
      delete live[set]
    }
    expect(process.env.ONE_URL).toBe(live.A?.apis.one.url ?? 'before')
    const ports = Object.values(live).map(({ apis }) => apis.one.port)
    expect(new Set(ports).size).toBe(ports.length)
    expect(new Set(portsOf(process.pid))).toEqual(new Set(ports))
    for (const { apis } of Object.values(live)) {
      expect((await fetch(apis.one.url)).status).toBe(501)
    }
  }
})

test('stopping twice is stopping once', async () => {
  const running = await startMocks({ one: { env: 'ONE_URL' } }, {})
  await Promise.all([running.stop(), running.stop()])
  await running.stop()
  expect(process.env.ONE_URL).toBeUndefined()
  expect(portsOf(process.pid)).toEqual([])
})

test('a set can be disposed of', async () => {
  const running = await startMocks({ one: { env: 'ONE_URL' } }, {})
  await running[Symbol.asyncDispose]()
  expect(process.env.ONE_URL).toBeUndefined()
  expect(portsOf(process.pid)).toEqual([])
})

test('MOCKBERTH_MODE wins over the declaration and start()', async () => {
  const upstream = await startMocks({ real: {} })
  const definition = { upstream: upstream.apis.real.url, mode: 'replay' } as const
  process.env.MOCKBERTH_MODE = 'forward'
  const forwarding = await startMocks({ one: definition }, { env: false, mode: 'replay' })
  await fetch(`${forwarding.apis.one.url}/x`)
  expect(forwarding.apis.one.find('GET', '/x')?.outcome).toBe('forwarded')
  process.env.MOCKBERTH_MODE = ''
  const replaying = await startMocks({ one: definition }, { env: false, mode: 'forward' })
  await fetch(`${replaying.apis.one.url}/x`)
  expect(replaying.apis.one.find('GET', '/x')?.outcome).toBe('unhandled')
})
