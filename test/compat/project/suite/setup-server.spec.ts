import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { passMockberth } from 'mockberth/msw'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect } from 'vitest'
import { listenStrictly } from '../msw.ts'
import { test } from '../test.ts'

let reached = 0
const stranger = createServer((_, response) => response.end(String(++reached)))
const server = setupServer(
  passMockberth(),
  http.get('https://intercepted.test/', () => HttpResponse.text('intercepted')),
)

beforeAll(async () => {
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  listenStrictly(server)
})

afterAll(() => {
  server.close()
  stranger.close()
})

test('calls to mock APIs get through a setupServer of the project', async ({ apis }) => {
  const response = await fetch(`${apis.github.url}/users/octocat`)
  expect(await response.json()).toEqual({ login: 'octocat' })
})

test('what it intercepts and what it refuses stays as it is', async () => {
  expect(await (await fetch('https://intercepted.test/')).text()).toBe('intercepted')
  const { port } = stranger.address() as AddressInfo
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow(/fetch|bypass/)
  expect(reached).toBe(0)
})
