import http, { type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Subject } from '../servers/subject.ts'

/** What the one test of each file does. */
export async function askOnce(): Promise<void> {
  const response = await fetch(`${process.env.THINGS_API_URL}/v1/things/7/kind-0`)
  expect(await response.json()).toEqual({ id: '7' })
}

/** Declares it as a team would that starts its server by hand. */
export function declareByHand(open: () => Promise<Subject>): void {
  let server: Subject
  beforeAll(async () => {
    server = await open()
    process.env.THINGS_API_URL = `http://127.0.0.1:${server.port}`
  })
  afterAll(() => server.stop())
  test('asks', askOnce)
}

/** Declares it as a team would that writes its server by hand, too. */
export function declareAnswering(answer: RequestListener): void {
  declareByHand(async () => {
    const server = http.createServer((request, response) => {
      response.setHeader('content-type', 'application/json')
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return {
      port: (server.address() as AddressInfo).port,
      async stop() {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  })
}
