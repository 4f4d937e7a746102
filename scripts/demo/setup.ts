// Runs in each worker of the example before its tests: counts what the mock APIs were asked.

import { afterAll, afterEach } from 'vitest'
import type { Apis, Exchange, MockApi } from '../../src/index.ts'
import type { ApiFacts } from './facts.ts'

const apisOfWorker = new Set<MockApi>()
const exchanges = new Set<Exchange>()

// The next test begins with an empty journal.
afterEach<{ apis: Apis<string> }>(({ apis }) => {
  for (const api of Object.values(apis)) {
    apisOfWorker.add(api)
    for (const exchange of api.exchanges) exchanges.add(exchange)
  }
})

// oxlint-disable-next-line no-empty-pattern -- Vitest insists on a pattern
afterAll(({}, file) => {
  file.meta.demo = {
    pid: process.pid,
    from: performance.timeOrigin,
    until: Date.now(),
    apis: [...apisOfWorker].map(factsOf),
  }
})

function factsOf({ name, url, port }: MockApi): ApiFacts {
  const own = [...exchanges].filter(({ api }) => api === name)
  const time = own.reduce((sum, { duration }) => sum + duration, 0)
  return { name, url, port, requests: own.length, time }
}
