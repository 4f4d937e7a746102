import { test as playwrightTest, type TestType } from '@playwright/test'
import { invalidOption } from '../errors.ts'
import type { Mocks } from '../mocks/define.ts'
import { checkMockTest } from '../mocks/declaration.ts'
import type { Apis } from '../mocks/running-set.ts'
import type { Services } from '../mocks/service-definition.ts'
import type { ProcessOptions } from '../process/options.ts'
import { withApp } from './app-test.ts'
import type { App, AppOptions } from './app.ts'
import { withPreparedContexts } from './prepared-contexts-test.ts'
import { withRoutes } from './routed-test.ts'
import { withSharedApp } from './shared-test.ts'
import { startWorkerSet, type WorkerSet } from './worker-set.ts'

export { expect, type ReceivedOptions } from './expect.ts'
export type { ProcessOptions, Ready } from '../process/options.ts'
export type { App, AppOptions } from './app.ts'

/** Options of `mockTest()`. */
export interface MockTestOptions<
  TestArgs extends object,
  WorkerArgs extends object,
  AppOption extends AppOptions | 'shared',
> {
  /** A `test` with fixtures of your own to build on. Default: Playwright's. */
  readonly base?: TestType<TestArgs, WorkerArgs> | undefined
  /**
   * How to start the app under test, in each worker, with the URLs of its mocks in env; or several,
   * by name. `'shared'`: the tests of all workers use one, which `mockberth hub` has started and
   * `baseURL` names; what it asks for a test is answered by the mocks of that test.
   * `use: { appOptions }` in the config wins.
   */
  readonly app?: AppOption | undefined
  /**
   * Whether the mocks answer what pages ask of the declared upstreams. `use: { routeBrowser: true }` in
   * the config says it for all tests of a project. Default false.
   */
  readonly routeBrowser?: boolean | undefined
}

/** What `mockTest()` adds to the fixtures and options of workers. */
export interface MockWorkerArgs<
  Name extends string,
  AppOption extends AppOptions | 'shared',
  ServiceName extends string = never,
> {
  /** The running mock APIs of the worker. */
  apis: Apis<Name>
  /** Its services. */
  services: Services<ServiceName>
  /** The app under test; where several are declared, each by its name. A shared one is no worker's. */
  app: AppOption extends 'shared'
    ? never
    : AppOption extends ProcessOptions
      ? App
      : { readonly [Key in keyof AppOption]: App }
  /** How the app is started: as `mockTest()` has it, or `use` in the config. */
  appOptions: AppOptions | 'shared' | undefined
  /** As in the options of `mockTest()`, for the workers of a file or a project. */
  routeBrowser: boolean
}

type PlaywrightArgs =
  typeof playwrightTest extends TestType<infer Test, infer Worker>
    ? { readonly test: Test; readonly worker: Worker }
    : never

/**
 * Playwright's `test` with the fixtures `apis` and `services`: the running mock APIs of a declaration, a
 * set for each worker, as new in each test and each retry, and its services; and with `app`, the app under
 * test, which each worker starts with the URLs of its mocks in env, and which is where pages are
 * (`baseURL`). A request that nothing answers fails the test that made it.
 *
 * @example
 * export const test = mockTest(mocks)
 * test('shows the user', async ({ page, apis }) => {
 *   apis.github.use(http.get('/users/octocat', () => HttpResponse.json({ login: 'octocat' })))
 * })
 * @throws `INVALID_OPTION`, `UNKNOWN_OPTION`
 */
export function mockTest<
  Name extends string,
  TestArgs extends object = PlaywrightArgs['test'],
  WorkerArgs extends object = PlaywrightArgs['worker'],
  AppOption extends AppOptions | 'shared' = ProcessOptions,
  ServiceName extends string = never,
>(
  mocks: Mocks<Name, ServiceName>,
  options: MockTestOptions<TestArgs, WorkerArgs, AppOption> = {},
): TestType<TestArgs, WorkerArgs & MockWorkerArgs<Name, AppOption, ServiceName>> {
  checkMockTest(mocks, options, ['base', 'app', 'routeBrowser'])
  // Playwright would take it for a fixture.
  if (typeof options.app === 'function') {
    const takes = "an object with a command, several of them by name, or 'shared'"
    throw invalidOption('mockTest()', 'app', options.app, takes)
  }
  const base = (options.base ?? playwrightTest) as typeof playwrightTest
  const test = base.extend<
    { mockberthTest: void },
    { mockberthSet: WorkerSet; apis: Apis<Name>; services: Services<ServiceName> }
  >({
    mockberthSet: [
      // Playwright reads the names of what a fixture needs from its pattern.
      // oxlint-disable-next-line no-empty-pattern
      async ({}, use, { config, parallelIndex }) => {
        const place = config.configFile ?? config.rootDir
        const set = await startWorkerSet(mocks, place, String(parallelIndex))
        await use(set)
        await set.end()
      },
      // Services have a timeout of their own, which says more.
      { scope: 'worker', auto: true, title: 'mock APIs', timeout: 0, box: true },
    ],
    apis: [
      async ({ mockberthSet }, use) => use(mockberthSet.running.apis as Apis<Name>),
      { scope: 'worker', box: true },
    ],
    services: [
      async ({ mockberthSet }, use) => use(mockberthSet.running.services as Services<ServiceName>),
      { scope: 'worker', box: true },
    ],
    mockberthTest: [
      async ({ mockberthSet }, use, testInfo) => {
        await mockberthSet.begin(testInfo)
        await use()
        await mockberthSet.finish(testInfo)
      },
      { auto: true, title: 'mock APIs', timeout: 0, box: true },
    ],
  })
  const withApps = withSharedApp(withApp(withRoutes(test, options.routeBrowser), options.app))
  const withAll = withPreparedContexts(withApps)
  return withAll as unknown as TestType<
    TestArgs,
    WorkerArgs & MockWorkerArgs<Name, AppOption, ServiceName>
  >
}
