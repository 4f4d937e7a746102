import { invalidOption, MockberthError } from '../errors.ts'
import type { BrowserRoutes } from './browser-routes.ts'
import type { MockedTest, WorkerSet } from './worker-set.ts'

interface RoutedFixtures {
  routeBrowser: boolean
  mockberthRoutes: BrowserRoutes | undefined
}

/**
 * The test with the option `routeBrowser`: with it, contexts of its browser have routes to the mocks.
 *
 * @param isRouted the default of the option
 */
export function withRoutes(test: MockedTest, isRouted = false): MockedTest<RoutedFixtures> {
  return test.extend<object, RoutedFixtures>({
    routeBrowser: [isRouted, { option: true, scope: 'worker', box: true }],
    mockberthRoutes: [
      async ({ mockberthSet, routeBrowser }, use) => {
        checkOption(routeBrowser, mockberthSet)
        const routes = routeBrowser ? await openRoutes(mockberthSet) : undefined
        await use(routes)
        await routes?.close()
      },
      { scope: 'worker', title: 'routes to the mock APIs', box: true },
    ],
  })
}

async function openRoutes({ running }: WorkerSet): Promise<BrowserRoutes> {
  const { openBrowserRoutes } = await import('./browser-routes.ts')
  return openBrowserRoutes(running.byUpstream)
}

function checkOption(routeBrowser: unknown, { running }: WorkerSet): void {
  if (typeof routeBrowser !== 'boolean') {
    throw invalidOption('mockTest()', 'routeBrowser', routeBrowser, 'true or false')
  }
  if (!routeBrowser || running.byUpstream.size > 0) return
  throw new MockberthError(
    'UPSTREAM_MISSING',
    `mockTest(): routeBrowser is true, but no API of the declaration has an upstream whose requests could be routed. Declare one: upstream: 'https://api.example.com'.`,
  )
}
