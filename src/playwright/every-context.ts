import type { Browser, BrowserContext, BrowserContextOptions } from '@playwright/test'

/** Prepares contexts before they have pages, each of them once. */
export interface ContextPreparation {
  /**
   * Prepares every context that the browser is asked for.
   * @returns what ends this
   */
  hold(browser: Browser): () => void
  /** Prepares a context that the browser did not give out as usual, but for reuse. */
  cover(context: BrowserContext): Promise<void>
}

/** @param prepare must not be asked twice for a context */
export function prepareContexts(
  prepare: (context: BrowserContext, options?: BrowserContextOptions) => Promise<void>,
): ContextPreparation {
  const known = new WeakSet<BrowserContext>()
  return {
    hold(browser) {
      const { newContext } = browser
      browser.newContext = async (...args) => {
        const context = await newContext.apply(browser, args)
        known.add(context)
        await prepare(context, ...args)
        return context
      }
      return () => (browser.newContext = newContext)
    },
    async cover(context) {
      if (!known.has(context)) await prepare(context)
    },
  }
}
