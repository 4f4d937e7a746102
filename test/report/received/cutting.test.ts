import { expect, test } from 'vitest'
import { apiAsked, failureOf } from './failure.ts'

test('of many exchanges those that are most like it are listed', async () => {
  const api = await apiAsked([
    ['/users/7', { method: 'POST' }],
    ...Array.from({ length: 20 }, (_, index) => [`/status?${index}`] as const),
    ['/user/7', { method: 'PUT' }],
  ])
  const failure = failureOf(() => expect(api).toHaveReceived('PUT', '/users/7'))
  expect(failure).toBe(`\
api has not received PUT /users/7.

The nearest is number 1:
  method: expected PUT, received POST

It has received:
  1. POST /users/7 (200, mocked)
  14. GET /status?12 (200, mocked)
  15. GET /status?13 (200, mocked)
  16. GET /status?14 (200, mocked)
  17. GET /status?15 (200, mocked)
  18. GET /status?16 (200, mocked)
  19. GET /status?17 (200, mocked)
  20. GET /status?18 (200, mocked)
  21. GET /status?19 (200, mocked)
  22. PUT /user/7 (200, mocked)
  … and 12 more`)
})

test('long texts are cut around the place where they differ', async () => {
  const token = 'x'.repeat(400)
  const api = await apiAsked([
    [`/?${'q'.repeat(200)}`, { headers: { authorization: `Bearer ${token}b${token}` } }],
  ])
  const failure = failureOf(() =>
    expect(api).toHaveReceived('GET', '/', {
      headers: { authorization: `Bearer ${token}a${token}` },
    }),
  )
  expect(failure).toBe(`\
api has not received GET / with headers {"authorization": "Bearer ${'x'.repeat(266)}….

The nearest is number 1:
  header authorization: expected …${'x'.repeat(50)}a${'x'.repeat(149)}…, received …${'x'.repeat(50)}b${'x'.repeat(149)}…

It has received:
  1. GET /?${'q'.repeat(98)}… (200, mocked)`)
})

test('of a long diff the first lines are shown', async () => {
  const list = Array.from({ length: 200 }, (_, index) => index)
  const api = await apiAsked([['/', { method: 'POST', body: JSON.stringify(list) }]])
  const failure = failureOf(() => expect(api).toHaveReceived('POST', '/', { body: [] }))!
  const diff = failure.split('  body:\n')[1]!.split('\n\nIt has received:')[0]!.split('\n')
  expect(diff).toHaveLength(51)
  expect(diff.slice(-2)).toEqual(['    +   44,', '    … and 156 more lines'])
})

test('a very large body is not compared line by line', async () => {
  const list = Array.from({ length: 30_000 }, (_, index) => index)
  const api = await apiAsked([['/', { method: 'POST', body: JSON.stringify(list) }]])
  const failure = failureOf(() =>
    expect(api).toHaveReceived('POST', '/', { body: list.with(20_000, -1) }),
  )
  expect(failure).toMatch(
    /\n {2}body: expected …[\d, ]{50}-1, [\d, ]{146}…, received …[\d, ]{50}20000, [\d, ]{143}…\n/,
  )
})
