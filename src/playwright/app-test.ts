import { test as playwrightTest, type Location } from '@playwright/test'
import { errorWithoutStack, type MockberthError } from '../errors.ts'
import { throwWithoutStack } from '../report/failing-test.ts'
import { nameOf, startApps, type App, type AppOptions, type WorkerApps } from './app.ts'
import type { MockedTest, WorkerSet } from './worker-set.ts'

interface AppFixtures {
  appOptions: AppOptions | 'shared' | undefined
  mockberthApps: WorkerApps | undefined
  app: App | Readonly<Record<string, App>>
}

/**
 * The test with the option `appOptions` and the fixture `app`, which starts with the first test of a
 * worker: Playwright asks for `baseURL` before each.
 *
 * @param options the default of the option
 */
export function withApp<More extends object>(
  test: MockedTest<More>,
  options: AppOptions | 'shared' | undefined,
): MockedTest<More & AppFixtures> {
  return (test as MockedTest).extend<object, AppFixtures>({
    appOptions: [options, { scope: 'worker', option: true, box: true }],
    mockberthApps: [
      ({ appOptions, mockberthSet }, use) => holdApps(appOptions, mockberthSet, use),
      // It has a timeout of its own, which says more.
      { scope: 'worker', title: 'app', timeout: 0, box: 'self' },
    ],
    app: [
      async ({ mockberthApps, appOptions }, use) => {
        if (mockberthApps === undefined) throw noApp(appOptions)
        await use(mockberthApps.byName ?? mockberthApps.first)
      },
      { scope: 'worker', box: true },
    ],
    baseURL: [
      ({ baseURL, mockberthApps }, use) => use(mockberthApps?.first.url ?? baseURL),
      { scope: 'test', box: true },
    ],
  }) as unknown as MockedTest<More & AppFixtures>
}

/** Starts apps for as long as a worker uses them. */
async function holdApps(
  options: AppOptions | 'shared' | undefined,
  set: WorkerSet,
  use: (apps: WorkerApps | undefined) => Promise<void>,
): Promise<void> {
  if (options === undefined || options === 'shared') return use(undefined)
  const name = nameOf(options)
  const apps = await asStep(`start ${name}`, () => startApps(options).catch(throwWithoutStack))
  set.apps = apps
  await use(apps)
  set.apps = undefined
  await asStep(`end ${name}`, () => Promise.all(apps.all.map((app) => app.stop())))
}

/** Shows what takes a test's time among its steps. When all tests of a worker are over, there are none. */
async function asStep<Value>(title: string, body: () => Promise<Value>): Promise<Value> {
  const location = placeOfTest()
  return location === undefined ? body() : playwrightTest.step(title, body, { location })
}

function placeOfTest(): Location | undefined {
  try {
    const { file, line, column } = playwrightTest.info()
    return { file, line, column }
  } catch {
    return undefined
  }
}

function noApp(options: 'shared' | AppOptions | undefined): MockberthError {
  const text =
    options === 'shared'
      ? "the fixture app is used, and the app is shared: no worker has started it, and baseURL says where it is. Leave the fixture out, or give each worker an app of its own: mockTest(mocks, { app: { command: 'node server.js' } })."
      : "the fixture app is used, and no app is declared. Declare one: mockTest(mocks, { app: { command: 'node server.js' } })."
  return errorWithoutStack('INVALID_OPTION', `mockTest(): ${text}`)
}
