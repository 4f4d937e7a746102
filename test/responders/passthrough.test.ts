import { bypass, http, HttpResponse, passthrough } from 'msw'
import { graphql } from 'msw/graphql'
import { expect, test } from 'vitest'
import { startMocks } from '../support/start.ts'
import { startApi } from '../wire/start-api.ts'
import { startRealApi } from './real-api.ts'

const passes = http.all('/users', () => passthrough())
const silent = http.all('/users', () => undefined)

function startEcho(): ReturnType<typeof startRealApi> {
  return startRealApi(({ method, target, body }, outgoing) => {
    outgoing.end(`real ${method} ${target} ${body.toString()}`)
  })
}

test.each([
  ['passthrough()', passes],
  ['no answer', silent],
])('%s in the mode replay is an unhandled request that says so', async (_, handler) => {
  const real = await startEcho()
  const running = await startMocks({ api: { handlers: [handler], upstream: real.url } })
  const { api } = running.apis
  const response = await fetch(`${api.url}/users`)
  expect(response.status).toBe(501)
  expect(await response.text()).toMatch(
    /^The handler ALL \/users( \(\S+\))? passed it on, and in the mode replay nothing leaves this machine\.$/m,
  )
  expect(api.exchanges[0]).toMatchObject({ outcome: 'unhandled', handler: { label: 'ALL /users' } })
  expect(() => running.verify()).toThrow(`Unhandled request to api: GET ${real.url}/users`)
  expect(real.asked).toEqual([])
})

test.each([
  ['passthrough()', passes],
  ['no answer', silent],
])('%s in the mode forward is answered by the upstream', async (_, handler) => {
  const real = await startEcho()
  const api = await startApi([handler], { upstream: real.url, mode: 'forward' })
  const response = await fetch(`${api.url}/users?x=1`, { method: 'POST', body: 'body' })
  expect(await response.text()).toBe('real POST /users?x=1 body')
  expect(api.exchanges[0]).toMatchObject({
    outcome: 'forwarded',
    handler: { kind: 'upstream', label: real.url },
  })
})

test('passthrough() ends the search; a handler behind it is not asked', async () => {
  const real = await startEcho()
  const api = await startApi([passes, http.all('/users', () => HttpResponse.text('mocked'))], {
    upstream: real.url,
    mode: 'forward',
  })
  expect(await (await fetch(`${api.url}/users`)).text()).toBe('real GET /users ')
  const head = await fetch(`${api.url}/users`, { method: 'HEAD' })
  expect(head.status).toBe(200)
  expect(real.asked.map(({ method }) => method)).toEqual(['GET', 'HEAD'])
})

const LARGE = 'large '.repeat(500_000)

test.each([
  ['did not read it', passes],
  [
    'read it',
    http.post('/users', async ({ request }) => {
      await request.text()
      return passthrough()
    }),
  ],
  [
    'read a clone of it',
    http.post('/users', async ({ request }) => {
      await request.clone().text()
    }),
  ],
  [
    'read its beginning',
    http.post('/users', async ({ request }) => {
      const reader = request.body!.getReader()
      await reader.read()
      await reader.cancel()
      return passthrough()
    }),
  ],
  [
    'looked whether it is GraphQL',
    graphql.link('*').operation(() => HttpResponse.json({ data: {} })),
  ],
])('the upstream gets the whole body when a handler %s', async (_, handler) => {
  const real = await startEcho()
  const api = await startApi([handler], { upstream: real.url, mode: 'forward' })
  for (const body of ['small', LARGE]) {
    const response = await fetch(`${api.url}/users`, { method: 'POST', body })
    expect(await response.text()).toBe(`real POST /users ${body}`)
    expect(api.exchanges.at(-1)?.request.size).toBe(body.length)
  }
})

test('one GraphQL query is mocked, and the others go to the upstream', async () => {
  const real = await startEcho()
  const api = await startApi(
    [graphql.link('/graphql').query('Mocked', () => HttpResponse.json({ data: { mocked: true } }))],
    { upstream: real.url, mode: 'forward' },
  )
  const ask = async (query: string): Promise<string> => {
    const body = JSON.stringify({ query })
    const headers = { 'content-type': 'application/json' }
    return (await fetch(`${api.url}/graphql`, { method: 'POST', headers, body })).text()
  }
  expect(await ask('query Mocked { x }')).toBe('{"data":{"mocked":true}}')
  expect(await ask('query Other { x }')).toBe('real POST /graphql {"query":"query Other { x }"}')
  expect(api.exchanges.map(({ outcome }) => outcome)).toEqual(['mocked', 'forwarded'])
})

test('an unmatched request in the mode forward goes to the upstream', async () => {
  const real = await startEcho()
  const api = await startApi([passes], { upstream: real.url, mode: 'forward' })
  expect(await (await fetch(`${api.url}/other`)).text()).toBe('real GET /other ')
})

test('a handler may read a body and send it on itself', async () => {
  const real = await startEcho()
  const api = await startApi(
    [
      http.post('/users', async ({ request }) => {
        const response = await fetch(bypass(request.clone()))
        return HttpResponse.text(`${await request.text()} and ${await response.text()}`)
      }),
    ],
    { upstream: real.url },
  )
  const response = await fetch(`${api.url}/users`, { method: 'POST', body: 'body' })
  expect(await response.text()).toBe('body and real POST /users body')
})
