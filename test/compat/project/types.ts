// Checked by the compiler alone.

import { defineMocks, MockberthError, type Exchange, type MockApi } from 'mockberth'
import { mockberth } from 'mockberth/vitest/plugin'
import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import type { Plugin } from 'vitest/config'
import mocks from './mocks.ts'
import { test } from './test.ts'

test('fixtures have their types', ({ apis, user, task }) => {
  const github: MockApi = apis.github
  const exchange: Exchange | undefined = github.find('GET', /users/)
  const texts: string[] = [user, task.name, exchange?.outcome ?? '']
  // @ts-expect-error -- there is no such API
  void apis.gitlab
  // @ts-expect-error -- a resolver is no handler
  github.use(() => HttpResponse.json(texts))
})

test('polling gives a promise', ({ apis }): Promise<void> =>
  expect.poll(() => apis.github).toHaveReceived('GET'))

test('matchers have their types', async ({ apis, expect: own }) => {
  expect(apis.github).toHaveReceived('GET', '/users/:login', { query: { page: 1 }, times: 1 })
  own.soft(apis.github).not.toHaveReceivedInOrder([['POST', /x/, { body: expect.any(Object) }]])
  const waited: Exchange = await apis.github.waitFor('GET', '/users', { timeout: 1 })
  // @ts-expect-error -- an option of this name does not exist
  expect(apis.github).toHaveReceived('GET', '/users', { qeury: {} })
  return waited
})

export const plugin: Plugin = mockberth('./mocks.ts')

export async function started(): Promise<string> {
  const running = await mocks.start({ env: false })
  // @ts-expect-error -- there is no such API
  void running.apis.gitlab
  return running.apis.shop.url
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof MockberthError ? error.code : undefined

defineMocks({ api: { handlers: [http.get('/', () => HttpResponse.json({}))] } })
// @ts-expect-error -- an option of this name does not exist
defineMocks({ api: { handler: [] } })
// @ts-expect-error -- handlers are made by msw
defineMocks({ api: { handlers: ['/users'] } })
