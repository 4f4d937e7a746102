import type { Scope, UnhandledRequest } from '../contract/index.ts'

/** An empty scope. */
export function createScope(): Scope {
  return {
    journals: new Map(),
    unhandled: [],
    overrides: [],
    watchers: new Set(),
    stopped: new Set(),
    tests: [],
  }
}

/** Forgets one API. What is still on its way stays out of the new journal. */
export function forgetApi(scope: Scope, api: string): void {
  scope.journals.delete(api)
  scope.unhandled = scope.unhandled.filter((unhandled) => unhandled.api !== api)
  scope.overrides = scope.overrides.filter((override) => override.api !== api)
}

/** How many different requests without an answer are listed: a set that is never reset may get any number. */
const MOST_LISTED = 100

/** Adds a request that nothing answered: to those that say the same of the same tests, if there are. */
export function addUnhandled({ unhandled }: Scope, added: Omit<UnhandledRequest, 'times'>): void {
  if (countSame(unhandled, added)) return
  if (unhandled.length < MOST_LISTED) return void unhandled.push({ ...added, times: 1 })
  const explanation = `Other unhandled requests to ${added.api}, which are too many to list`
  const other = { ...added, explanation }
  if (!countSame(unhandled, other)) unhandled.push({ ...other, times: 1 })
}

function countSame(
  unhandled: readonly UnhandledRequest[],
  { explanation, during }: Omit<UnhandledRequest, 'times'>,
): boolean {
  const same = unhandled.find(
    (one) =>
      one.explanation === explanation &&
      one.during.length === during.length &&
      one.during.every((test, index) => test === during[index]),
  )
  if (same !== undefined) same.times += 1
  return same !== undefined
}
