import { writeFileSync } from 'node:fs'
import http, { type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from '@playwright/test'

const TESTS = 300

/** What one run of the suite took, in milliseconds. */
export interface SuiteTimes {
  /** From the start of the worker's process to its first test. */
  readonly start: number
  /** By the test. */
  readonly test: number
}

/** Declares tests that ask for something, of which the last writes what they took. */
export function declareTests(declare: (title: string, body: () => Promise<void>) => void): void {
  let start = 0
  for (let index = 0; index < TESTS; index++) {
    declare(`asks ${index}`, async () => {
      if (index === 0) start = performance.now()
      await (await fetch(`${process.env.USERS_API_URL}/users/${index}`)).json()
      if (index < TESTS - 1) return
      const times: SuiteTimes = { start, test: (performance.now() - start) / TESTS }
      writeFileSync(process.env.BENCH_RESULT!, JSON.stringify(times))
    })
  }
}

interface Users {
  readonly requests: string[]
}

/** Declares them as a team would that writes its fixture by hand. */
export function declareTestsByHand(answer: RequestListener): void {
  const byHand = test.extend<{ reset: void }, { users: Users }>({
    users: [
      // oxlint-disable-next-line no-empty-pattern -- Playwright reads it
      async ({}, use) => {
        const requests: string[] = []
        const server = http.createServer((request, response) => {
          requests.push(request.url!)
          response.setHeader('content-type', 'application/json')
          answer(request, response)
        })
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
        process.env.USERS_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        await use({ requests })
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
      { scope: 'worker', auto: true },
    ],
    reset: [
      async ({ users }, use) => {
        users.requests.length = 0
        await use()
      },
      { auto: true },
    ],
  })
  declareTests(byHand)
}
