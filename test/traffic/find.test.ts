import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { MockApi } from '../../src/index.ts'
import { exchange, message } from '../support/raw-client.ts'
import { startApi } from '../wire/start-api.ts'

const any = http.all('*', () => HttpResponse.text('ok'))

async function startWith(...requests: readonly string[]): Promise<MockApi> {
  const api = await startApi([any])
  for (const request of requests) {
    const [method = '', target = ''] = request.split(' ')
    await fetch(api.url + target, { method })
  }
  return api
}

test('finds the first request with a method, in any case', async () => {
  const api = await startWith('GET /a', 'POST /b', 'POST /c')
  expect(api.find('POST')?.request.target).toBe('/b')
  expect(api.find('post')?.request.target).toBe('/b')
  expect(api.find('DELETE')).toBeUndefined()
  const { find } = api
  expect(find('POST')?.request.target).toBe('/b')
})

test.each([
  ['/users/octocat', '/users/octocat?page=1', true],
  ['/users', '/users/octocat', false],
  ['/users', '/users/', false],
  ['/Users', '/users', false],
  ['/users/:login', '/users/octocat', true],
  ['/users/:login', '/users/a%2Fb', true],
  ['/users/:login', '/users/octocat/repos', false],
  ['/users/:login', '/users/', false],
  ['/repos/:owner/:repo', '/repos/a/b', true],
  ['/files/:name.:extension', '/files/a.tar.gz', true],
  ['/users/*', '/users/octocat/repos', true],
  ['/users/*', '/users/', true],
  ['/users/*/repos', '/users/octocat/repos', true],
  ['*', '/anything/at/all', true],
  ['*/repos', '/users/octocat/repos', true],
  ['/müller/a b', '/m%C3%BCller/a%20b', true],
  ['/müller/*', '/muller/a', false],
  ['/a%20b', '/a%20b', true],
  ['/a.b', '/aXb', false],
  ['/a+b(c)[d]{e}', '/a+b(c)[d]{e}', true],
  ['/a|/b', '/b', false],
  ['/$x^', '/$x^', true],
])('%s for %s: %s', async (path, target, isFound) => {
  const api = await startApi([any])
  await exchange(api.port, message(`GET ${target}`))
  expect(api.exchanges).toHaveLength(1)
  expect(api.find('GET', path)).toBe(isFound ? api.exchanges[0] : undefined)
})

test('a regular expression is tested against the path, as often as one likes', async () => {
  const api = await startWith('GET /users/octocat?x=/repos', 'GET /users/octocat/repos')
  const global = /\/repos$/g
  for (let round = 0; round < 3; round++) {
    expect(api.find('GET', global)?.request.target).toBe('/users/octocat/repos')
  }
  expect(global.lastIndex).toBe(0)
  expect(api.find('GET', /^\/USERS/i)?.request.target).toBe('/users/octocat?x=/repos')
  expect(api.find('GET', /nobody/)).toBeUndefined()
})

test.each([
  [[undefined], "find(): method got undefined; it takes a method such as 'GET'."],
  [[/GET/], "find(): method got /GET/; it takes a method such as 'GET'."],
  [['GET /users'], `find(): method got "GET /users"; it takes a method such as 'GET'.`],
  [
    ['GET', 42],
    "find(): path got 42; it takes a path such as '/users/:id', or a regular expression.",
  ],
  [['GET', null], 'find(): path got null'],
  [['GET', 'users'], 'find(): path got "users"'],
  [['GET', 'https://api.github.com/users'], 'find(): path got "https://api.github.com/users"'],
  [['GET', ''], 'find(): path got ""'],
  [
    ['GET', '/users?page=1'],
    'find(): path got "/users?page=1"; it takes a path without a query; see exchange.request.query for that.',
  ],
])('find(...%j) is refused', async (wrong, text) => {
  const api = await startApi([any])
  const find = api.find as (...wrong: unknown[]) => unknown
  expect(() => find.apply(api, wrong)).toThrow(
    expect.objectContaining({ name: 'MockberthError', code: 'INVALID_OPTION' }),
  )
  expect(() => find.apply(api, wrong)).toThrow(text)
})
