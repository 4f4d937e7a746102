import http, { type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** What the one test of each file does. */
export async function askOnce(): Promise<void> {
  const response = await fetch(`${process.env.USERS_API_URL}/users/7`)
  expect(await response.json()).toEqual({ id: '7' })
}

/** Declares it as a team would that writes its server by hand. */
export function declareByHand(answer: RequestListener): void {
  const server = http.createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    answer(request, response)
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    process.env.USERS_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  test('asks', askOnce)
}
