import { expect, test } from 'vitest'
import type { ApiDefinition } from '../../src/index.ts'
import { connect, exchange, message } from '../support/raw-client.ts'
import { ask, ORIGIN, startRecorded } from './recorded.ts'

type Timing = NonNullable<ApiDefinition['timing']>

/** Milliseconds that a reply took which was recorded with a wait. */
async function timeOf(wait: number, timing: Timing): Promise<number> {
  const api = await startRecorded([{ url: '/x', wait, reply: 'waited' }], { timing })
  const start = performance.now()
  expect(await ask(api, '/x')).toBe('waited')
  return performance.now() - start
}

// A timer of Node may be early by less than a millisecond.
test.for<[wait: number, timing: Timing, least: number]>([
  [120, 'recorded', 119],
  [120, 1, 119],
  [100, 2, 199],
  [400, 0.25, 99],
])('a wait of %d ms, timing %s, takes at least %d ms', async ([wait, timing, least]) => {
  expect(await timeOf(wait, timing)).toBeGreaterThanOrEqual(least)
})

/** Longer than a test may take: it fails by its own timeout where this is waited for. */
const HOURS = 10_000_000

test.for<[timing: Timing]>([['none'], [0]])('timing %s does not wait', async ([timing]) => {
  expect(await timeOf(HOURS, timing)).toBeGreaterThan(0)
})

test('without timing, nothing waits', async () => {
  const api = await startRecorded([{ url: '/x', wait: HOURS, reply: 'at once' }])
  expect(await ask(api, '/x')).toBe('at once')
})

test('a dropped connection waits too', async () => {
  const api = await startRecorded([{ url: '/x', wait: 100, status: 0 }], { timing: 'recorded' })
  const start = performance.now()
  await expect(ask(api, '/x')).rejects.toThrow('fetch failed')
  expect(performance.now() - start).toBeGreaterThanOrEqual(99)
})

test('a client that does not wait ends the wait, and other requests are answered meanwhile', async () => {
  const api = await startRecorded(
    [
      { url: '/slow', wait: HOURS, reply: 'late' },
      { url: '/fast', reply: 'at once' },
    ],
    { timing: 'recorded' },
  )
  const client = await connect(api.port)
  client.send(message('GET /slow'))
  expect(await ask(api, '/fast')).toBe('at once')
  client.socket.destroy()
  await expect.poll(() => api.find('GET', '/slow')?.outcome).toBe('aborted')
})

test('stop() does not wait for replies', async () => {
  const api = await startRecorded([{ url: '/x', wait: HOURS, reply: 'late' }], {
    timing: 'recorded',
  })
  const client = await connect(api.port)
  client.send(message('GET /x'))
  await api.stop()
  expect(await client.over()).toMatch(/^(end|ECONNRESET)$/)
  expect(client.received()).toBe('')
})

test('a body takes the time to come that it took, and is whole', async () => {
  const reply = { text: 'x'.repeat(1000), next: `${ORIGIN}/next` }
  const api = await startRecorded([{ url: '/x', wait: 20, receive: 200, reply }], { timing: 0.5 })
  const client = await connect(api.port)
  const start = performance.now()
  client.send(message('GET /x'))
  await client.until(/\r\n\r\n/)
  const head = performance.now() - start
  const { body } = await client.reply()
  const whole = performance.now() - start
  expect(head).toBeGreaterThanOrEqual(9)
  expect(whole).toBeGreaterThanOrEqual(108)
  expect(client.received().match(/\r\n[\da-f]+\r\n/g)!.length).toBeGreaterThan(5)
  expect(JSON.parse(body.toString())).toEqual({ ...reply, next: `${api.url}/next` })
})

test('a slow body that is not rewritten has its length, and one of no bytes is no stream', async () => {
  const api = await startRecorded(
    [
      { url: '/text', receive: 50, reply: 'slowly' },
      { url: '/empty', receive: HOURS, reply: '' },
    ],
    { timing: 'recorded' },
  )
  const reply = await exchange(api.port, message('GET /text'))
  expect(reply.all('content-length')).toEqual(['6'])
  expect(reply.body.toString()).toBe('slowly')
  expect(await ask(api, '/empty')).toBe('')
})

const EVENTS = { replyHeaders: { 'content-type': 'text/event-stream' } }

test('server-sent events come each at its time, and are whole', async () => {
  const reply = 'data: 1\n\ndata: 2\n\n: the end\n\nrest'
  const eventTimes = [0, 100, 240]
  const api = await startRecorded([{ url: '/x', receive: 300, reply, eventTimes, ...EVENTS }], {
    timing: 0.5,
  })
  const client = await connect(api.port)
  const start = performance.now()
  client.send(message('GET /x'))
  for (const [text, least] of [
    ['data: 2', 49],
    [': the end', 119],
  ] as const) {
    await client.until(new RegExp(text))
    expect(performance.now() - start).toBeGreaterThanOrEqual(least)
  }
  expect((await client.reply()).body.toString()).toBe(reply)
  expect(performance.now() - start).toBeGreaterThanOrEqual(149)
})

test('an event does not wait for later ones', async () => {
  const reply = 'data: 1\n\ndata: 2\n\ndata: 3\n\n'
  const eventTimes = [0, 5, HOURS]
  const api = await startRecorded([{ url: '/x', receive: HOURS, reply, eventTimes, ...EVENTS }], {
    timing: 'recorded',
  })
  const client = await connect(api.port)
  client.send(message('GET /x'))
  await client.until(/data: 2\n\n/)
  expect(client.received()).not.toContain('data: 3')
  client.socket.destroy()
  await expect.poll(() => api.find('GET', '/x')?.outcome).toBe('aborted')
})

test('events beyond the known times come when the body ended, and without events it comes evenly', async () => {
  const api = await startRecorded(
    [
      { url: '/more', receive: 120, reply: 'data: 1\n\ndata: 2\n\n', eventTimes: [1], ...EVENTS },
      { url: '/none', receive: 120, reply: 'no event', eventTimes: [1], ...EVENTS },
    ],
    { timing: 'recorded' },
  )
  for (const [path, text] of [
    ['/more', 'data: 1\n\ndata: 2\n\n'],
    ['/none', 'no event'],
  ] as const) {
    const start = performance.now()
    expect(await ask(api, path)).toBe(text)
    expect(performance.now() - start).toBeGreaterThanOrEqual(119)
  }
})

test('a client that leaves in the middle of a slow body ends it', async () => {
  const api = await startRecorded([{ url: '/x', receive: HOURS, reply: 'x'.repeat(10_000) }], {
    timing: 'recorded',
  })
  const client = await connect(api.port)
  client.send(message('GET /x'))
  await client.until(/\r\n\r\n/)
  client.socket.destroy()
  await expect.poll(() => api.find('GET', '/x')?.outcome).toBe('aborted')
})

test('a wait that no timer can hold is as long as one can, not none', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning)
  process.on('warning', onWarning)
  const api = await startRecorded([{ url: '/x', wait: HOURS, reply: 'late' }], { timing: 1000 })
  const client = await connect(api.port)
  client.send(message('GET /x'))
  await ask(api, '/other')
  expect(client.received()).toBe('')
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})
