import type { Scope } from '../contract/index.ts'

/** An empty scope. */
export function createScope(): Scope {
  return { journals: new Map(), unhandled: [], watchers: new Set(), tests: new Set() }
}

/** Forgets the traffic of one API. What is still on its way stays out of the new journal. */
export function forgetTraffic(scope: Scope, api: string): void {
  scope.journals.delete(api)
  scope.unhandled = scope.unhandled.filter(({ exchange }) => exchange.api !== api)
}
