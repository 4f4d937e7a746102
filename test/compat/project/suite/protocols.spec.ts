import { expect } from 'vitest'
import { test } from '../test.ts'

async function ask(url: string, query: string, variables?: object): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return response.json()
}

test('a GraphQL query', async ({ apis }) => {
  const query = 'query Cart($id: ID!) { cart(id: $id) { id } }'
  expect(await ask(apis.shop.url, query, { id: '7' })).toEqual({ data: { cart: { id: '7' } } })
})

test('a GraphQL mutation', async ({ apis }) => {
  expect(await ask(apis.shop.url, 'mutation Pay { pay { id } }')).toEqual({
    errors: [{ message: 'declined' }],
  })
})

test('server-sent events', async ({ apis }) => {
  const response = await fetch(`${apis.shop.url}/events`, {
    headers: { accept: 'text/event-stream' },
  })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(await response.text()).toBe('data:hello\n\nid:2\ndata:{"total":2}\n\n')
})
