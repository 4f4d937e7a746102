import { expect, test } from 'vitest'
import { failureOf, pluginProject } from './vitest-project.ts'

/** Declares a handler for /slow that passes the request on when it is told to. */
const SLOW_MOCKS = `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'
import { arrived, released } from './slow.ts'

export default defineMocks({
  users: {
    env: 'USERS_API_URL',
    handlers: () => [
      http.get('/slow', async () => {
        arrived.resolve()
        await released.promise
      }),
    ],
  },
})
`

const SLOW = `
export const arrived = Promise.withResolvers()
export const released = Promise.withResolvers()
`

test('a request that was still on its way when its test ended fails the file, and names that test', async () => {
  const project = pluginProject({
    'mocks.ts': SLOW_MOCKS,
    'slow.ts': SLOW,
    'late.test.ts': `
import { test } from 'vitest'
import { arrived, released } from './slow.ts'

let reply

test('does not wait', async () => {
  reply = fetch(process.env.USERS_API_URL + '/slow')
  await arrived.promise
})

test('is not to blame', async () => {
  released.resolve()
  await reply
})
`,
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('2 passed (2)', 1)
  expect(failureOf(ended, 'late.test.ts [ late.test.ts ]')).toMatch(
    /^MockberthError: Requests that nothing answered were still on their way when their test ended: "does not wait"\.\n\nUnhandled request to users: GET http:\/\/127\.0\.0\.1:PORT\/slow\n/,
  )
})
