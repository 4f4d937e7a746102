import type { Scope } from '../contract/index.ts'

/** An empty scope. */
export function createScope(): Scope {
  return {
    journals: new Map(),
    unhandled: [],
    overrides: [],
    watchers: new Set(),
    stopped: new Set(),
    tests: new Set(),
  }
}

/** Forgets one API. What is still on its way stays out of the new journal. */
export function forgetApi(scope: Scope, api: string): void {
  scope.journals.delete(api)
  scope.unhandled = scope.unhandled.filter(({ exchange }) => exchange.api !== api)
  scope.overrides = scope.overrides.filter((override) => override.api !== api)
}
