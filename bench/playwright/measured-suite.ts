import { writeFileSync } from 'node:fs'
import http, { type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from '@playwright/test'
import type { Subject } from '../servers/subject.ts'

const TESTS = 300

/** What one run of the suite took, in milliseconds. */
export interface SuiteTimes {
  /** From the start of the worker's process to its first test. */
  readonly start: number
  /** By the test. */
  readonly test: number
}

type Declare = (title: string, body: () => Promise<void>) => void

/** Declares tests that ask for something, of which the last writes what they took. */
export function declareTests(
  declare: Declare,
  count: number = TESTS,
  ask: typeof askFor = askFor,
): void {
  let start = 0
  for (let index = 0; index < count; index++) {
    declare(`asks ${index}`, async () => {
      if (index === 0) start = performance.now()
      await ask(index)
      if (index < count - 1) return
      const times: SuiteTimes = { start, test: (performance.now() - start) / count }
      writeFileSync(process.env.BENCH_RESULT!, JSON.stringify(times))
    })
  }
}

async function askFor(index: number): Promise<void> {
  await (await fetch(`${process.env.THINGS_API_URL}/v1/things/${index}/kind-0`)).json()
}

interface Things {
  readonly requests: string[]
}

/** Declares them as a team would that writes its fixture by hand. */
export function declareTestsByHand(answer: RequestListener): void {
  const byHand = test.extend<{ reset: void }, { things: Things }>({
    things: [
      // oxlint-disable-next-line no-empty-pattern -- Playwright reads it
      async ({}, use) => {
        const requests: string[] = []
        const server = http.createServer((request, response) => {
          requests.push(request.url!)
          response.setHeader('content-type', 'application/json')
          answer(request, response)
        })
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
        process.env.THINGS_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        await use({ requests })
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
      { scope: 'worker', auto: true },
    ],
    reset: [
      async ({ things }, use) => {
        things.requests.length = 0
        await use()
      },
      { auto: true },
    ],
  })
  declareTests(byHand)
}

/** Declares one test alone, for what a worker takes to start with another server. */
export function declareTestWith(open: () => Promise<Subject>): void {
  const opened = test.extend<object, { server: void }>({
    server: [
      // oxlint-disable-next-line no-empty-pattern -- Playwright reads it
      async ({}, use) => {
        const { port, stop } = await open()
        process.env.THINGS_API_URL = `http://127.0.0.1:${port}`
        await use()
        await stop()
      },
      { scope: 'worker', auto: true },
    ],
  })
  declareTests(opened, 1)
}
