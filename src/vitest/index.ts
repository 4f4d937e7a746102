import { test as vitestTest, type TestAPI } from 'vitest'
import type { Mocks } from '../mocks/define.ts'
import { checkMockTest } from '../mocks/declaration.ts'
import type { Apis } from '../mocks/running-set.ts'
import type { Services } from '../mocks/service-definition.ts'
import type { ReceivedMatchers } from '../report/received/matchers.ts'
import { markConcurrentTests } from './concurrent-tests.ts'
import { withSet } from './file-set.ts'
import type { FileFollower } from './follow.ts'
import { addMatchers } from './matchers.ts'

export type { RequestDetails } from '../report/received/call.ts'
export type { ReceivedOptions } from '../report/received/to-have-received.ts'
export type { ReceivedStep } from '../report/received/to-have-received-in-order.ts'

/** Options of `mockTest()`. */
export interface MockTestOptions<Context> {
  /** A `test` with fixtures of your own to build on. Default: Vitest's. */
  readonly base?: TestAPI<Context> | undefined
}

/** What `mockTest()` gives: Vitest's `test` with the fixtures `apis` and `services`. */
type MockTest<Name extends string, ServiceName extends string, Context> = TestAPI<
  Omit<Context, 'apis' | 'services'> & { apis: Apis<Name>; services: Services<ServiceName> }
>

/**
 * Vitest's `test` with the fixtures `apis` and `services`: the running mock APIs of a declaration, as new
 * in each test, and its services. With the plugin they are those of the worker; without it they are booted
 * with the first test of a file, and modules of yours that read env at import have read it by then.
 *
 * @example
 * export const test = mockTest(mocks)
 * test('shows the user', async ({ apis }) => {
 *   apis.github.use(http.get('/users/octocat', () => HttpResponse.json({ login: 'octocat' })))
 * })
 * @throws `INVALID_OPTION`, `UNKNOWN_OPTION`
 */
export function mockTest<Name extends string, Context = object, ServiceName extends string = never>(
  mocks: Mocks<Name, ServiceName>,
  options: MockTestOptions<Context> = {},
): MockTest<Name, ServiceName, Context> {
  checkMockTest(mocks, options, ['base'])
  markConcurrentTests()
  const base = (options.base ?? vitestTest) as TestAPI
  return base.extend<{
    mockberthFollower: FileFollower
    apis: Apis<Name>
    services: Services<ServiceName>
  }>({
    // Vitest reads the names of what a fixture needs from its pattern.
    // oxlint-disable-next-line no-empty-pattern
    mockberthFollower: [({}, use) => withSet(mocks, use), { scope: 'file' }],
    apis: [
      async ({ mockberthFollower: follower, task, onTestFinished }, use) => {
        await follower.test({ task, onTestFinished })
        await use(follower.setOf(task).apis as Apis<Name>)
      },
      { auto: true },
    ],
    services: async ({ mockberthFollower }, use) =>
      use(mockberthFollower.services as Services<ServiceName>),
  }) as unknown as MockTest<Name, ServiceName, Context>
}

addMatchers()

declare global {
  // Vitest's own `Matchers` has other parameters in each major; this one place all of them have.
  namespace Chai {
    interface Assertion extends ReceivedMatchers<void> {}
  }
}
