import { http, HttpResponse } from 'msw'
import { describe, expect } from 'vitest'
import { test } from '../test.ts'

const text = async (url: string): Promise<string> => (await fetch(url)).text()

test('a declared handler answers, with fixtures of the base test beside it', async ({
  apis,
  user,
}) => {
  const response = await fetch(`${apis.github.url}/users/${user}?page=2`)
  expect(await response.json()).toEqual({ login: 'octocat' })
  expect(apis.github.find('GET', '/users/:login')?.request.query.get('page')).toBe('2')
  expect(apis.github.exchanges).toHaveLength(1)
})

test('localhost is the same server', async ({ apis }) => {
  expect(await text(`http://localhost:${apis.github.port}/users/mona`)).toContain('mona')
})

describe('what a test changes is gone in the next', () => {
  test('use() answers before the declaration', async ({ apis }) => {
    apis.github.use(http.get('/users/:login', () => HttpResponse.text('mine')))
    expect(await text(`${apis.github.url}/users/octocat`)).toBe('mine')
  })

  test('and the declaration answers again', async ({ apis }) => {
    expect(apis.github.exchanges).toEqual([])
    expect(await text(`${apis.github.url}/users/octocat`)).toBe('{"login":"octocat"}')
  })
})

describe.each(['first', 'second'])('handlers with a memory are as new, %s time', () => {
  test('once', async ({ apis }) => {
    const url = `${apis.github.url}/once`
    expect([await text(url), await text(url)]).toEqual(['first', 'later'])
    apis.github.reset()
    expect(await text(url)).toBe('first')
  })

  test('generators', async ({ apis }) => {
    const url = `${apis.github.url}/steps`
    expect([await text(url), await text(url)]).toEqual(['one', 'two'])
    expect([await text(url), await text(url)]).toEqual(['three', 'three'])
    apis.github.reset()
    expect(await text(url)).toBe('one')
  })
})

test('HttpResponse.error() resets the connection', async ({ apis }) => {
  await expect(fetch(`${apis.github.url}/broken`)).rejects.toMatchObject({
    cause: { code: 'ECONNRESET' },
  })
})

test('a resolver that throws is a 500 that names it', async ({ apis }) => {
  const response = await fetch(`${apis.github.url}/thrown`)
  expect(response.status).toBe(500)
  const explanation = await response.text()
  expect(explanation).toContain('GET /thrown')
  expect(explanation).toContain('the resolver gave up')
})

test('an absolute handler sees the URL of the upstream', async ({ apis }) => {
  expect(await text(`${apis.shop.url}/items/7?full=1`)).toBe('"https://shop.test/items/7?full=1"')
})
