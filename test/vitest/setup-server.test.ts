import { expect, test } from 'vitest'
import type { Project } from '../support/project.ts'
import { pluginProject } from './vitest-project.ts'

/** A project whose own MSW server, in the same process, refuses what it has no handler for. */
function strictProject(handlers: string): Project {
  return pluginProject({
    'strict.test.ts': `
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { passMockberth } from 'mockberth/msw'
import { afterAll, beforeAll, expect } from 'vitest'
import { test } from './mock-test.ts'

const server = setupServer(${handlers})
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())

test('calls a mock', async ({ apis }) => {
  const response = await fetch(process.env.USERS_API_URL + '/users/1')
  expect(await response.json()).toEqual({ id: '1' })
  expect(apis.users.exchanges).toHaveLength(1)
  expect((await fetch('http://localhost:' + apis.users.port + '/users/2')).status).toBe(200)
})

test('calls what the server of the user answers', async () => {
  expect(await (await fetch('http://own.test/')).text()).toBe('own')
})

test('calls what nobody answers', async () => {
  await expect(fetch('http://stranger.test/')).rejects.toThrow()
})
`,
  })
}

const OWN = `http.get('http://own.test/', () => HttpResponse.text('own'))`

test('with passMockberth(), a strict setupServer of the user lets calls to the mocks through, and no others', async () => {
  const project = strictProject(`passMockberth(), ${OWN}`)
  expect(await project.run('vitest', ['run'])).toHaveEnded('3 passed (3)', 0)
})

test('without it, calls to the mocks fail', async () => {
  const project = strictProject(OWN)
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('1 failed | 2 passed (3)', 1)
  expect(ended.output).toMatch(/GET http:\/\/127\.0\.0\.1:\d+\/users\/1/)
})
