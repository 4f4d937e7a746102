import type { ContextPreparation } from './every-context.ts'
import type { MockedTest } from './worker-set.ts'

interface Preparations {
  mockberthRoutes: ContextPreparation | undefined
  mockberthShared: ContextPreparation | undefined
}

/** The test whose contexts have what is wanted of them before they have pages: routes, and marks. */
export function withPreparedContexts<More extends object>(
  test: MockedTest<More & Preparations>,
): MockedTest<More & Preparations> {
  return (test as unknown as MockedTest<Preparations>).extend({
    browser: [
      async ({ browser, mockberthRoutes, mockberthShared }, use) => {
        const releases = [mockberthRoutes, mockberthShared].map((one) => one?.hold(browser))
        await use(browser)
        for (const release of releases.toReversed()) release?.()
      },
      { scope: 'worker', box: true },
    ],
    context: [
      async ({ context, mockberthRoutes, mockberthShared }, use) => {
        for (const one of [mockberthRoutes, mockberthShared]) await one?.cover(context)
        await use(context)
      },
      { scope: 'test', box: true },
    ],
  }) as unknown as MockedTest<More & Preparations>
}
