import { expect, test } from 'vitest'
import type { ApiDefinition } from '../../src/index.ts'
import { ask, post, startRecorded } from './recorded.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

type Normalize = NonNullable<NonNullable<ApiDefinition['match']>['normalize']>

const withoutDates: Normalize = (request) => {
  request.path = request.path.replace(/\d{4}-\d\d-\d\d/, 'DATE')
  request.query.delete('nonce')
  request.body = request.body.replace(/"at":"[^"]*"/, '"at":""')
  if (request.headers.get('x-method') !== null) request.method = request.headers.get('x-method')!
}

test('normalize changes what is compared, of entries and of requests', async () => {
  const api = await startRecorded(
    [
      { url: '/days/2024-02-29?nonce=1&q=a', headers: { 'x-name': 'é – ü\nb' }, reply: 'a day' },
      { url: '/log', method: 'POST', body: '{"at":"2024-02-29T00:00","n":1}', reply: 'logged' },
      { url: '/tunnel', method: 'DELETE', reply: 'deleted' },
    ],
    { match: { normalize: withoutDates } },
  )
  expect(await ask(api, '/days/2026-11-23?q=a')).toBe('a day')
  expect(await ask(api, '/days/2026-11-23?q=b')).toBe('unhandled')
  expect(await ask(api, '/days/today?q=a')).toBe('unhandled')
  expect(await ask(api, '/log', post('{"n":1, "at":"2026-11-23T10:00"}', JSON_TYPE))).toBe('logged')
  expect(await ask(api, '/log', post('{"n":2,"at":"2026-11-23T10:00"}', JSON_TYPE))).toBe(
    'unhandled',
  )
  expect(await ask(api, '/tunnel', { headers: { 'x-method': 'DELETE' } })).toBe('deleted')
})

test('a normalize that throws on an entry is an error of start()', async () => {
  const start = startRecorded([{ url: '/x', reply: 'x' }], {
    match: { normalize: ({ body }) => void JSON.parse(body) },
  })
  await expect(start).rejects.toMatchObject({
    name: 'MockberthError',
    code: 'INVALID_OPTION',
    message:
      'the API api, entry 1: match.normalize threw; mend it, it is called with every request and every entry: Unexpected end of JSON input',
    cause: expect.any(SyntaxError),
  })
})

test('a normalize that throws on a request is told to the client', async () => {
  const api = await startRecorded([{ url: '/x', reply: 'x' }], {
    match: {
      normalize({ path }) {
        if (path === '/broken') throw new Error('no date')
      },
    },
  })
  const response = await fetch(`${api.url}/broken`)
  expect(response.status).toBe(500)
  expect(await response.text()).toBe(
    'mockberth: the API api, GET /broken: match.normalize threw; mend it, it is called with every request and every entry: no date\n',
  )
  expect(api.exchanges[0]?.outcome).toBe('failed')
  expect(await ask(api, '/x')).toBe('x')
})

test('an asynchronous normalize is an error of start()', async () => {
  const start = startRecorded([{ url: '/x', reply: 'x' }], { match: { normalize: async () => {} } })
  await expect(start).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: 'the API api, entry 1: match.normalize returned a promise; make it synchronous.',
  })
})
