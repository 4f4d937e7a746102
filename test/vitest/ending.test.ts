import { expect, test, vi } from 'vitest'
import { createProject } from '../support/project.ts'
import {
  MOCKS,
  PASSING_TEST,
  pluginlessProject,
  pluginProject,
  portsLeft,
  portsOfRun,
} from './vitest-project.ts'

const FAILING_TEST = `
import { expect, test } from 'vitest'

test('fails', async () => {
  const response = await fetch(process.env.USERS_API_URL + '/users/7')
  expect(response.status).toBe(418)
})
`

test('a failing file beside passing ones: exit code 1, and nothing listens afterwards', async () => {
  const project = pluginProject({
    'failing.test.ts': FAILING_TEST,
    'a.test.ts': PASSING_TEST,
    'b.test.ts': PASSING_TEST,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('1 failed | 2 passed (3)', 1)
  expect(portsOfRun(project)).toHaveLength(3)
  expect(portsLeft(project)).toEqual([])
})

test.for(['forks', 'threads', 'vmForks', 'vmThreads'])(
  'bail: 1 (%s) ends the run at the first failure: exit code 1, and nothing listens afterwards',
  async (pool) => {
    const project = pluginProject(
      { 'a.test.ts': FAILING_TEST, 'b.test.ts': FAILING_TEST, 'c.test.ts': FAILING_TEST },
      `bail: 1, maxWorkers: 1, pool: '${pool}'`,
    )
    const ended = await project.run('vitest', ['run'])
    expect(ended).toHaveEnded('1 failed (1)', 1)
    expect(ended.output).not.toContain('MockberthError')
    expect(portsOfRun(project).length).toBeGreaterThan(0)
    expect(portsLeft(project)).toEqual([])
  },
)

test.for([
  ['forks', 'the main process'],
  ['forks', 'all processes'],
  ['threads', 'the main process'],
] as const)(
  'Ctrl-C in the middle of a test (%s, sent to %s): exit code 130, and nothing listens afterwards',
  async ([pool, whom]) => {
    const project = pluginProject(
      {
        'endless.test.ts': `
import { delay, http, HttpResponse } from 'msw'
import { test } from './mock-test.ts'

test('never ends', async ({ apis }) => {
  apis.users.use(http.get('/endless', () => delay('infinite')))
  console.log('the test is running')
  await fetch(apis.users.url + '/endless')
}, 0)
`,
      },
      `pool: '${pool}'`,
    )
    const running = project.start('vitest', ['run'])
    await running.printed(/the test is running/)
    expect(portsLeft(project)).toHaveLength(1)

    const { pid } = running.child
    process.kill(whom === 'all processes' ? -pid! : pid!, 'SIGINT')

    const { code, signal } = await running.ended
    expect({ code, signal }).toEqual({ code: 130, signal: null })
    await vi.waitUntil(() => portsLeft(project).length === 0, { timeout: 10_000 })
  },
)

test.for([
  ['with the plugin', pluginProject],
  ['without it', pluginlessProject],
] as const)(
  'a run %s ends although tests left streams and requests open',
  async ([, makeProject]) => {
    const project = makeProject({
      'open.test.ts': `
import { delay, http, HttpResponse } from 'msw'
import { test } from './mock-test.ts'

test('leaves them open', async ({ apis }) => {
  const arrived = Promise.withResolvers()
  apis.users.use(
    http.get('/stream', () => new HttpResponse(new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('first')),
    }))),
    http.get('/infinite', () => {
      arrived.resolve()
      return delay('infinite')
    }),
  )
  await (await fetch(apis.users.url + '/stream')).body.getReader().read()
  fetch(apis.users.url + '/infinite').catch(() => {})
  await arrived.promise
})
`,
    })
    const ended = await project.run('vitest', ['run'])
    expect(ended).toHaveEnded('1 passed (1)', 0)
    expect(ended.output).not.toMatch(/error|close timed out/i)
    expect(portsLeft(project)).toEqual([])
  },
)

test('stop() ends with open streams and handlers that never answer, and the process by itself', async () => {
  const project = createProject({
    'mocks.ts': MOCKS,
    'stop.ts': `
import { once } from 'node:events'
import http from 'node:http'
import { delay, http as on, HttpResponse, sse } from 'msw'
import mocks from './mocks.ts'

const running = await mocks.start()
const { users } = running.apis
const arrived = Promise.withResolvers()
users.use(
  sse('/events', ({ client }) => client.send({ data: 'first' })),
  on.get('/stream', () => new HttpResponse(new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('first')),
  }))),
  on.get('/infinite', () => {
    arrived.resolve()
    return delay('infinite')
  }),
)

const open = (path, headers) =>
  http.get(users.url + path, { headers }).on('error', () => console.log(path, 'failed'))
const stream = async (path) => {
  const [response] = await once(open(path, { accept: 'text/event-stream' }), 'response')
  response.on('error', () => console.log(path, 'broke off'))
  await once(response, 'data')
}
await Promise.all([stream('/events'), stream('/stream')])
open('/infinite')
await arrived.promise

await running.stop()
console.log('stopped')
`,
  })
  const { code, output } = await project.run('node', ['--experimental-eventsource', 'stop.ts'])
  expect(output.trim().split('\n').toSorted()).toEqual([
    '/events broke off',
    '/infinite failed',
    '/stream broke off',
    'stopped',
  ])
  expect(code).toBe(0)
})
