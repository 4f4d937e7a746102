import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { test as base } from '@playwright/test'
import { declareTests } from './measured-suite.ts'

interface Users {
  readonly requests: string[]
}

/** What a team would write by hand. */
const test = base.extend<{ reset: void }, { users: Users }>({
  users: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads it
    async ({}, use) => {
      const requests: string[] = []
      const server = http.createServer((request, response) => {
        requests.push(request.url!)
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ id: request.url!.split('/').at(-1) }))
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

declareTests(test)
