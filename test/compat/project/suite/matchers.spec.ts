import { describe, expect } from 'vitest'
import { test } from '../test.ts'

const ask = (url: string, init?: RequestInit): Promise<Response> => fetch(url, init)

test('what was received, and what was not', async ({ apis, expect: own }) => {
  const { github } = apis
  await ask(`${github.url}/users/octocat?page=2`, { headers: { accept: 'text/html' } })
  await ask(`${github.url}/users/mona`)
  expect(github).toHaveReceived('GET', '/users/:login', {
    query: { page: 2 },
    headers: { Accept: expect.stringContaining('html') },
    times: 1,
  })
  own(github).not.toHaveReceived('POST')
  expect.soft(github).toHaveReceivedInOrder([
    ['GET', '/users/octocat'],
    ['GET', /mona/],
  ])
})

test('JSON, with matchers anywhere in it', async ({ apis }) => {
  const body = JSON.stringify({ query: 'query Cart { cart { id } }', variables: { id: 7 } })
  const headers = { 'content-type': 'application/json' }
  await ask(`${apis.shop.url}/graphql`, { method: 'POST', body, headers })
  const expected = { query: expect.stringContaining('Cart'), variables: { id: expect.any(Number) } }
  expect(apis.shop).toHaveReceived('POST', '/graphql', { body: expected })
  expect(() =>
    expect(apis.shop).toHaveReceived('POST', '/graphql', { body: { ...expected, variables: {} } }),
  ).toThrow(/^shop has not received POST \/graphql [^]*variables[^]*- Expected[^]*"id": 7/)
})

test('polling and waiting', async ({ apis }) => {
  const waited = apis.github.waitFor('GET', '/users/later')
  const asked = ask(`${apis.github.url}/users/later`)
  await expect.poll(() => apis.github).toHaveReceived('GET', '/users/later')
  expect((await waited).response?.json()).toEqual({ login: 'later' })
  await asked
})

describe.concurrent('together', () => {
  test.for(['one', 'two'])('%s', async (login, { apis, expect: own }) => {
    await ask(`${apis.github.url}/users/${login}`)
    own(apis.github).toHaveReceived('GET', `/users/${login}`)
  })
})
