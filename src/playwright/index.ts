import { test as playwrightTest, type TestType } from '@playwright/test'
import { errorWithoutStack, MockberthError } from '../errors.ts'
import type { Mocks } from '../mocks/define.ts'
import type { Apis } from '../mocks/start.ts'
import type { ProcessOptions } from '../process/options.ts'
import { startApps, type App, type AppOptions, type WorkerApps } from './app.ts'
import { startWorkerSet, type WorkerSet } from './worker-set.ts'

export { expect } from './expect.ts'
export type { ProcessOptions, Ready } from '../process/options.ts'
export type { ReceivedOptions } from '../report/received/to-have-received.ts'
export type { App, AppOptions } from './app.ts'

/** Options of `mockTest()`. */
export interface MockTestOptions<
  TestArgs extends object,
  WorkerArgs extends object,
  AppOption extends AppOptions,
> {
  /** A `test` with fixtures of your own to build on. Default: Playwright's. */
  readonly base?: TestType<TestArgs, WorkerArgs>
  /**
   * How to start the app under test, in each worker, with the URLs of its mocks in env; or several,
   * by name. `use: { appOptions }` in the config wins.
   */
  readonly app?: AppOption
}

/** The fixtures of a worker. */
export interface MockFixtures<Name extends string, AppOption extends AppOptions> {
  /** The mock APIs by name. */
  apis: Apis<Name>
  /** The app under test; where several are declared, each by its name. */
  app: AppOption extends ProcessOptions ? App : { readonly [Key in keyof AppOption]: App }
  /** How the app is started: as `mockTest()` has it, or `use` in the config. */
  appOptions: AppOptions | undefined
}

type PlaywrightArgs =
  typeof playwrightTest extends TestType<infer Test, infer Worker>
    ? { readonly test: Test; readonly worker: Worker }
    : never

interface OwnFixtures {
  mockberthSet: WorkerSet
  mockberthApps: WorkerApps | undefined
  apis: Apis<string>
  app: App | Readonly<Record<string, App>>
  appOptions: AppOptions | undefined
}

/**
 * Playwright's `test` with the fixture `apis`: the running mock APIs of a declaration, a set for
 * each worker, as new in each test and each retry; and with `app`, the app under test, which each
 * worker starts with the URLs of its mocks in env, and which is where pages are (`baseURL`). A
 * request that nothing answers fails the test that made it.
 *
 * @example
 * export const test = mockTest(mocks, { app: { command: 'node server.js' } })
 * test('shows the user', async ({ page, apis }) => {
 *   apis.github.use(http.get('/users/octocat', () => HttpResponse.json({ login: 'octocat' })))
 *   await page.goto('/octocat')
 * })
 * @throws `INVALID_OPTION`
 */
export function mockTest<
  Name extends string,
  TestArgs extends object = PlaywrightArgs['test'],
  WorkerArgs extends object = PlaywrightArgs['worker'],
  AppOption extends AppOptions = ProcessOptions,
>(
  mocks: Mocks<Name>,
  options: MockTestOptions<TestArgs, WorkerArgs, AppOption> = {},
): TestType<TestArgs, WorkerArgs & MockFixtures<Name, AppOption>> {
  if (typeof (mocks as Partial<Mocks> | undefined)?.start !== 'function') {
    throw new MockberthError(
      'INVALID_OPTION',
      'mockTest(): the first argument is not a declaration; it takes what defineMocks() returned.',
    )
  }
  const base = (options.base ?? playwrightTest) as typeof playwrightTest
  const test = base.extend<{ mockberthTest: void }, OwnFixtures>({
    appOptions: [options.app, { scope: 'worker', option: true }],
    mockberthSet: [
      // Playwright reads the names of what a fixture needs from its pattern.
      // oxlint-disable-next-line no-empty-pattern
      async ({}, use, { config }) => {
        const set = await startWorkerSet(mocks, config.configFile ?? config.rootDir)
        await use(set)
        await set.end()
      },
      { scope: 'worker', auto: true, title: 'mock APIs', box: true },
    ],
    mockberthApps: [
      ({ appOptions, mockberthSet }, use) => withApps(appOptions, mockberthSet, use),
      // It has a timeout of its own, which says more.
      { scope: 'worker', title: 'app', timeout: 0, box: true },
    ],
    apis: [
      ({ mockberthSet }, use) => use(mockberthSet.running.apis),
      { scope: 'worker', box: true },
    ],
    app: [
      async ({ mockberthApps }, use) => {
        if (mockberthApps === undefined) throw noApp()
        await use(mockberthApps.byName ?? mockberthApps.first)
      },
      { scope: 'worker', box: true },
    ],
    baseURL: ({ baseURL, mockberthApps }, use) => use(mockberthApps?.first.url ?? baseURL),
    mockberthTest: [
      async ({ mockberthSet }, use, testInfo) => {
        await mockberthSet.begin(testInfo)
        await use()
        await mockberthSet.finish(testInfo)
      },
      { auto: true, title: 'mock APIs', box: true },
    ],
  })
  return test as unknown as TestType<TestArgs, WorkerArgs & MockFixtures<Name, AppOption>>
}

/** Starts apps for as long as a worker uses them. */
async function withApps(
  options: AppOptions | undefined,
  set: WorkerSet,
  use: (apps: WorkerApps | undefined) => Promise<void>,
): Promise<void> {
  if (options === undefined) return use(undefined)
  const apps = await startApps(options).catch(withoutStack)
  set.apps = apps
  await use(apps)
  set.apps = undefined
  await Promise.all(apps.all.map((app) => app.stop()))
}

function noApp(): MockberthError {
  return errorWithoutStack(
    'INVALID_OPTION',
    "mockTest(): the fixture app is used, and no app is declared. Declare one: mockTest(mocks, { app: { command: 'node server.js' } }).",
  )
}

/** Playwright takes lines of a message for frames when they name a file, and shows that place. */
function withoutStack(error: unknown): never {
  if (error instanceof Error) error.stack = ''
  throw error
}
