import { errorWithoutStack, type MockberthError } from '../errors.ts'
import { startApps, type App, type AppOptions, type WorkerApps } from './app.ts'
import type { MockedTest, WorkerSet } from './worker-set.ts'

interface AppFixtures {
  appOptions: AppOptions | undefined
  mockberthApps: WorkerApps | undefined
  app: App | Readonly<Record<string, App>>
}

/**
 * The test with the option `appOptions` and the fixture `app`, which starts when a test of a worker
 * needs it, or a page, or a request.
 *
 * @param options the default of the option
 */
export function withApp<More extends object>(
  test: MockedTest<More>,
  options: AppOptions | undefined,
): MockedTest<More & AppFixtures> {
  return (test as MockedTest).extend<object, AppFixtures>({
    appOptions: [options, { scope: 'worker', option: true }],
    mockberthApps: [
      ({ appOptions, mockberthSet }, use) => holdApps(appOptions, mockberthSet, use),
      // It has a timeout of its own, which says more.
      { scope: 'worker', title: 'app', timeout: 0, box: true },
    ],
    app: [
      async ({ mockberthApps }, use) => {
        if (mockberthApps === undefined) throw noApp()
        await use(mockberthApps.byName ?? mockberthApps.first)
      },
      { scope: 'worker', box: true },
    ],
    baseURL: ({ baseURL, mockberthApps }, use) => use(mockberthApps?.first.url ?? baseURL),
  }) as unknown as MockedTest<More & AppFixtures>
}

/** Starts apps for as long as a worker uses them. */
async function holdApps(
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
