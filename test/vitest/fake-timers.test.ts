import { expect, test } from 'vitest'
import { entryOf, harOf } from '../support/har.ts'
import { pluginProject } from './vitest-project.ts'

test('mocks answer while a test has fake timers, streams too', async () => {
  const project = pluginProject({
    'timers.test.ts': `
import { http, HttpResponse } from 'msw'
import { afterEach, expect, vi } from 'vitest'
import { test } from './mock-test.ts'

afterEach(() => vi.useRealTimers())

test('answers', async ({ apis }) => {
  vi.useFakeTimers()
  const { promise: more, resolve: send } = Promise.withResolvers()
  apis.users.use(http.get('/stream', () => new HttpResponse(new ReadableStream({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode('one'))
      await more
      controller.enqueue(new TextEncoder().encode('two'))
      controller.close()
    },
  }))))
  expect(await (await fetch(apis.users.url + '/users/1')).json()).toEqual({ id: '1' })
  const response = await fetch(apis.users.url + '/stream')
  send()
  expect(await response.text()).toBe('onetwo')
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('1 passed (1)', 0)
})

test('what mocks and services wait for passes, though a test has fake timers in Node as well', async () => {
  const project = pluginProject({
    'mocks.ts': `
import { defineMocks } from 'mockberth'

export default defineMocks({ users: { env: 'USERS_API_URL', recording: 'users.har', timing: 'recorded' } })
`,
    'users.har': harOf([
      {
        ...(entryOf({ url: '/1' }, { content: { mimeType: 'text/plain', text: 'one' } }) as object),
        timings: { send: 0, wait: 30, receive: 30 },
      },
    ]),
    'timers.test.ts': `
import { defineMocks } from 'mockberth'
import { afterEach, expect, vi } from 'vitest'
import { test } from './mock-test.ts'

afterEach(() => vi.useRealTimers())

// It does not end when it is asked to.
const SERVER = "process.on('SIGTERM', () => {}); require('http').createServer((_, to) => to.end('up')).listen(process.env.PORT)"
const own = (app) => defineMocks({}, { services: { app } })

test('waits', { timeout: 30_000 }, async ({ apis }) => {
  vi.useFakeTimers({ fakeNodeBuiltins: true })
  const one = async () => (await fetch(apis.users.url + '/1')).text()
  expect(await one()).toBe('one')
  await apis.users.stop()
  await apis.users.start()
  expect(await one()).toBe('one')
  const running = await own({ command: ['node', '-e', SERVER] }).start()
  expect(await (await fetch(running.services.app.url)).text()).toBe('up')
  await running.stop()
  const never = own({ command: ['node', '-e', 'setInterval(() => {}, 9)'], timeout: 300 })
  await expect(never.start()).rejects.toThrow('within 300 ms')
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('1 passed (1)', 0)
})
