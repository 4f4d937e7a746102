import type { Scope } from '../contract/index.ts'

/** An empty scope. */
export function createScope(): Scope {
  return { exchanges: [], unhandled: [], tests: new Set() }
}

/** Forgets traffic: of one API, or of all. What is still on its way stays out of the new journal. */
export function forgetTraffic(scope: Scope, api?: string): void {
  scope.exchanges = scope.exchanges.filter((exchange) => api !== undefined && exchange.api !== api)
  scope.unhandled = scope.unhandled.filter(
    ({ exchange }) => api !== undefined && exchange.api !== api,
  )
}
