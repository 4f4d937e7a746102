import { expect, test as plainTest } from 'vitest'
import { baseUrl, viteBaseUrl } from '../app.ts'
import { test } from '../test.ts'

test('modules that read env at import have the URL of the worker', ({ apis }) => {
  expect(baseUrl).toBe(apis.github.url)
  expect(viteBaseUrl).toBe(apis.github.url)
  expect(process.env.GITHUB_PORT).toBe(String(apis.github.port))
})

test("so has the project's own setup file", ({ apis }) => {
  expect((process as { seenBySetup?: unknown }).seenBySetup).toBe(apis.github.url)
})

plainTest('a plain test has the mocks as well', async () => {
  const response = await fetch(`${baseUrl}/users/octocat`)
  expect(await response.json()).toEqual({ login: 'octocat' })
})
