import { expect, test } from 'vitest'
import { endOf, failureIn } from './playwright-project.ts'
import { runShared, sharedProject } from './shared-project.ts'

/** Keeps what its API has said, for all who ask it, unless that is switched off. */
const CACHING_SERVER = `
import http from 'node:http'

const kept = new Map()

async function user(id) {
  if (!kept.has(id) || process.env.CACHE === 'off') {
    const response = await fetch(process.env.USERS_API_URL + '/users/' + id)
    kept.set(id, await response.text())
  }
  return kept.get(id)
}

http
  .createServer(async ({ url }, response) => {
    response.end(url === '/ready' ? '' : await user(url.slice(1)))
  })
  .listen(process.env.PORT, '127.0.0.1')
`

const TESTS = `
import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

test.describe.configure({ mode: 'default' })

for (const name of ['one', 'two']) {
  test(name, async ({ apis, request }) => {
    apis.users.use(http.get('/users/1', () => HttpResponse.json({ name })))
    expect(await (await request.get('/1')).json()).toEqual({ name })
  })
}
`

test('what an app keeps across requests is shown to other tests, too, until that is switched off', async () => {
  const files = { 'server.js': CACHING_SERVER, 'e2e/a.spec.ts': TESTS }
  const caching = await runShared(await sharedProject(files))
  expect(endOf(caching)).toBe('1 failed, 1 passed; 1')
  expect(failureIn(caching, 'two')).toContain('-   "name": "two",\n+   "name": "one",')
  expect(caching.errors).toContain('users received no request after it was given.')

  const switched = await sharedProject(files, { via: 'env CACHE=off' })
  expect(endOf(await runShared(switched))).toBe('2 passed; 0')
})
