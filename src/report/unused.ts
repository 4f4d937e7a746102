import type { Override } from '../contract/index.ts'
import { errorWithoutStack, type MockberthError } from '../errors.ts'
import { shortPath } from './candidate.ts'
import { counted } from './counted.ts'

/** Names overrides that never ran, says why where that is known, and what to do. */
export function explainUnused(
  heading: string,
  overrides: readonly Override[],
  advice = 'Take them out, or put them among the declared handlers, which may go unused.',
): string {
  const texts = overrides.map((override) => ({ text: explain(override), times: 1 }))
  return [heading, ...counted(texts), advice].join('\n\n')
}

/** Of overrides that were given when no test was running, and were gone before one was. */
export function explainLost(heading: string, overrides: readonly Override[]): string {
  const advice =
    'An override lasts until the next test begins. Give it in beforeEach or in the test, or put it among the declared handlers.'
  return explainUnused(heading, overrides, advice)
}

/** The error for overrides that never ran. */
export function unusedError(texts: readonly string[]): MockberthError {
  return errorWithoutStack('UNUSED_OVERRIDE', texts.join('\n\n'))
}

function explain(override: Override): string {
  const { api, fate } = override
  const place = override.place() ?? fate.candidate.source
  const where = place === undefined ? '' : ` (${shortPath(place)})`
  return `Unused override of ${api}: ${fate.candidate.label}${where}\n${reason(override)}`
}

function reason({ api, fate }: Override): string {
  const { received, declined, precededBy } = fate
  if (received === 0) return `${api} received no request after it was given.`
  const all = `${api} received ${received} ${received === 1 ? 'request' : 'requests'} after it was given`
  if (declined === received) return `${all}, none that it matches.`
  const others = `${all}, ${received - declined}`
  return precededBy.size === 0
    ? `${others} still being answered.`
    : `${others} answered first by another override: ${[...precededBy].join(', ')}.`
}
