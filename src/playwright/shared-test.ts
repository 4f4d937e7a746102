import { packageFolder } from '../mocks/declaration.ts'
import { errorWithoutStack, type MockberthError } from '../errors.ts'
import { throwWithoutStack } from '../report/failing-test.ts'
import type { AppOptions } from './app.ts'
import type { SharedApp } from './shared-app.ts'
import { nameOf, type MockedTest, type WorkerSet } from './worker-set.ts'

interface SharedFixtures {
  mockberthShared: SharedApp | undefined
}

/** The test whose requests to the app are known to be its own, where tests share it (`app: 'shared'`). */
export function withSharedApp<More extends object>(
  test: MockedTest<More>,
): MockedTest<More & SharedFixtures> {
  return (test as unknown as MockedTest<{ appOptions: AppOptions | 'shared' | undefined }>).extend<
    { mockberthTest: void; mockberthMark: void },
    SharedFixtures
  >({
    mockberthShared: [
      async ({ appOptions, mockberthSet }, use, { config }) => {
        if (appOptions !== 'shared') return use(undefined)
        await share(mockberthSet, packageFolder(config.configFile ?? config.rootDir), use)
      },
      { scope: 'worker', title: 'shared app', box: true },
    ],
    mockberthMark: [
      // Once all is as new for the test, and until it is looked at what became of it.
      async (
        { mockberthShared, mockberthTest: _begun, baseURL, extraHTTPHeaders },
        use,
        testInfo,
      ) => {
        const end = await mockberthShared?.begin(nameOf(testInfo), { baseURL, extraHTTPHeaders })
        await use()
        await end?.()
      },
      { auto: true, scope: 'test', title: 'mark of the test', box: true },
    ],
    playwright: [
      async ({ playwright, mockberthShared }, use) => {
        const release = mockberthShared?.holdRequests(playwright.request)
        await use(playwright)
        release?.()
      },
      { scope: 'worker', box: true },
    ],
  }) as unknown as MockedTest<More & SharedFixtures>
}

/** A test that looks into its database would look into another one than the app has. */
function servicesNotShared(names: readonly string[]): MockberthError {
  return errorWithoutStack(
    'INVALID_OPTION',
    `mockTest(): app is 'shared', and the declaration has the services ${names.join(', ')}: each worker has its own, and none is the app's. Give each worker an app of its own, or declare the services in another file, for the app alone.`,
  )
}

async function share(
  { running }: WorkerSet,
  folder: string,
  use: (app: SharedApp) => Promise<void>,
): Promise<void> {
  const services = Object.keys(running.services)
  if (services.length > 0) throw servicesNotShared(services)
  const { joinHub } = await import('../hub/join.ts')
  const { shareApp } = await import('./shared-app.ts')
  const apis = Object.fromEntries(Object.values(running.apis).map(({ name, url }) => [name, url]))
  const hub = await joinHub({ packageFolder: folder, apis }).catch(throwWithoutStack)
  await use(shareApp(hub, running))
  await hub.leave()
}
