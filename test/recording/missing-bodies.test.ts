import { expect, test } from 'vitest'
import { ask, entryOf, listed, replay } from '../support/har.ts'

/** The status of the reply to `GET /` where this response was recorded. */
async function statusOf(response: Record<string, unknown>, method = 'GET'): Promise<number> {
  return (await ask(await replay([entryOf({ method }, response)]), `${method} /`)).status
}

const NOTHING = { size: 0, text: '' }

test.for<[name: string, response: Record<string, unknown>]>([
  ['size', { content: { size: 1 } }],
  ['bodySize, though size says 0', { content: NOTHING, bodySize: 10 }],
  ['bodySize, and no size', { content: { text: '' }, bodySize: 10 }],
  [
    'Content-Length, though size says 0',
    { content: NOTHING, headers: listed('Content-Length: 7') },
  ],
  ['Content-Length and no content', { content: undefined, headers: listed('content-length: 7') }],
  [
    'Content-Length, though bodySize says 0',
    { content: NOTHING, bodySize: 0, headers: listed('content-length: 7') },
  ],
  [
    'more than an empty body takes when it is encoded',
    { content: NOTHING, headers: listed('content-length: 65', 'content-encoding: gzip') },
  ],
  ['size of a redirect', { status: 302, redirectURL: '/next', content: { size: 3 } }],
])('a body that is known by its %s only is missing', async ([, response]) => {
  expect(await statusOf(response)).toBe(501)
})

test.for<[name: string, response: Record<string, unknown>]>([
  ['nothing says otherwise', { content: NOTHING, bodySize: -1 }],
  [
    'it takes no more than an empty one does when it is encoded',
    { content: NOTHING, bodySize: 64, headers: listed('content-encoding: gzip') },
  ],
  // Browsers count headers into bodySize.
  [
    'Content-Length says so',
    { content: NOTHING, bodySize: 183, headers: listed('content-length: 0') },
  ],
  [
    'what says otherwise is no number',
    { content: NOTHING, headers: listed('content-length: many') },
  ],
])('a body is empty where %s', async ([, response]) => {
  expect(await statusOf(response)).toBe(200)
})

test('replies of which nobody reads the body need none', async () => {
  const response = { content: NOTHING, headers: listed('content-length: 7') }
  expect(await statusOf(response, 'HEAD')).toBe(200)
  expect(await statusOf({ ...response, status: 204 })).toBe(204)
  expect(await statusOf({ ...response, status: 304 })).toBe(304)
})

test('a redirect is one, though browsers keep no bodies of redirects', async () => {
  const headers = listed('content-length: 231', 'location: /next')
  const api = await replay([entryOf({}, { status: 302, content: NOTHING, headers })])
  const reply = await ask(api)
  expect([reply.status, reply.all('location')]).toEqual([302, ['/next']])
  expect(reply.all('content-length')).toEqual(['0'])
})

test('JSON that stands in place of its text is the body', async () => {
  for (const text of [{ a: [1, 'é'] }, [1, null], {}]) {
    const reply = await ask(await replay([entryOf({}, { content: { size: 9, text } })]))
    expect([reply.status, reply.body.toString()]).toEqual([200, JSON.stringify(text)])
  }
})
