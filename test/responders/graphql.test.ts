import { http, HttpResponse } from 'msw'
import { graphql } from 'msw/graphql'
import { expect, test } from 'vitest'
import type { MockApi } from '../../src/index.ts'
import { startApi } from '../wire/start-api.ts'

const upstream = 'https://api.github.com'

async function ask(
  api: MockApi,
  query: string,
  variables: object = {},
  path = '/graphql',
): Promise<{ status: number; body: any }> {
  const response = await fetch(api.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  return { status: response.status, body: response.ok ? JSON.parse(text) : text }
}

const USER = 'query User($login: String!) { user(login: $login) { login } }'
const STAR = 'mutation Star($id: ID!) { star(id: $id) { id } }'

test.each([
  ['a relative endpoint', '/graphql', {}],
  ['a relative endpoint, behind an upstream', '/graphql', { upstream }],
  ['an absolute endpoint', `${upstream}/graphql`, { upstream }],
  ['any endpoint', '*/graphql', {}],
])('queries and mutations by name, at %s', async (_, endpoint, definition) => {
  const link = graphql.link(endpoint)
  const api = await startApi(
    [
      link.query('User', ({ variables, query }) =>
        HttpResponse.json({ data: { user: { login: variables.login, asked: query === USER } } }),
      ),
      link.mutation('Star', ({ variables }) =>
        HttpResponse.json({ data: { star: { id: variables.id } } }),
      ),
    ],
    { ...definition, onUnhandled: 'ignore' },
  )
  expect((await ask(api, USER, { login: 'octocat' })).body).toEqual({
    data: { user: { login: 'octocat', asked: true } },
  })
  expect((await ask(api, STAR, { id: '1' })).body).toEqual({ data: { star: { id: '1' } } })
  expect((await ask(api, USER, {}, '/other')).status).toBe(501)
  expect((await ask(api, 'query Other { other }')).status).toBe(501)
  expect(api.exchanges.map(({ outcome }) => outcome)).toEqual([
    'mocked',
    'mocked',
    'unhandled',
    'unhandled',
  ])
})

test('errors, GET queries and operations of any name', async () => {
  const link = graphql.link('/graphql')
  const api = await startApi([
    link.query('Broken', () => HttpResponse.json({ errors: [{ message: 'no such field' }] })),
    link.operation(({ operationName, variables }) =>
      HttpResponse.json({ data: { operationName, variables } }),
    ),
  ])
  expect((await ask(api, 'query Broken { x }')).body).toEqual({
    errors: [{ message: 'no such field' }],
  })
  const url = new URL('/graphql', api.url)
  url.searchParams.set('query', USER)
  url.searchParams.set('variables', '{"login":"octocat"}')
  expect(await (await fetch(url)).json()).toEqual({
    data: { operationName: 'User', variables: { login: 'octocat' } },
  })
})

test('a handler for one query leaves the body of other requests whole for other handlers', async () => {
  const link = graphql.link('/graphql')
  const api = await startApi([
    link.query('User', () => HttpResponse.json({ data: { by: 'graphql' } })),
    http.post('/graphql', async ({ request }) => HttpResponse.json(await request.json())),
    http.post('/upload', async ({ request }) => HttpResponse.text(await request.text())),
  ])
  expect((await ask(api, STAR, { id: '1' })).body).toEqual({ query: STAR, variables: { id: '1' } })
  const response = await fetch(`${api.url}/upload`, { method: 'POST', body: 'not graphql' })
  expect(await response.text()).toBe('not graphql')
})

test('a once handler for a query is used once, and is back after reset()', async () => {
  const link = graphql.link('/graphql')
  const api = await startApi([
    link.query('User', () => HttpResponse.json({ data: { use: 'once' } }), { once: true }),
    link.query('User', () => HttpResponse.json({ data: { use: 'then' } })),
  ])
  for (let round = 0; round < 2; round++) {
    expect((await ask(api, USER)).body).toEqual({ data: { use: 'once' } })
    expect((await ask(api, USER)).body).toEqual({ data: { use: 'then' } })
    expect((await ask(api, USER)).body).toEqual({ data: { use: 'then' } })
    api.reset()
  }
})

test('an unhandled query is explained', async () => {
  const api = await startApi(
    [graphql.link('/graphql').query('User', () => HttpResponse.json({ data: null }))],
    { onUnhandled: 'ignore' },
  )
  const { status, body } = await ask(api, STAR)
  expect(status).toBe(501)
  expect(body).toContain(`Unhandled request to api: POST ${api.url}/graphql`)
  expect(body).toContain('query User (origin: /graphql)')
})

test('a path of 64 KB is no endpoint, and no failure', async () => {
  const api = await startApi([
    graphql.link('*/graphql').operation(() => HttpResponse.json({ data: {} })),
    http.post('*', () => HttpResponse.json('http')),
  ])
  const path = `/${'x'.repeat(64 * 1024)}`
  expect(await ask(api, USER, {}, path)).toEqual({ status: 200, body: 'http' })
  expect(await ask(api, USER)).toEqual({ status: 200, body: { data: {} } })
})
