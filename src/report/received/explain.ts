import type { ExpectedCall } from './call.ts'
import { byLikeness, type Compared, type Numbered } from './compare.ts'
import { excerpt, indent } from './texts.ts'

/** How many exchanges are listed. */
const LISTED = 10

/** How much of a target is shown. */
const TARGET = 100

/**
 * What was received instead of an expected call: the nearest exchange, and a list of those like it.
 *
 * @param since after what
 */
export function explainReceived(
  exchanges: readonly Numbered[],
  call: ExpectedCall,
  since = '',
): string[] {
  if (exchanges.length === 0) return [`It has received nothing${since}.`]
  return [
    ...explainNearest(exchanges, call),
    `It has received${since}:\n${listExchanges(byLikeness(exchanges, call))}`,
  ]
}

/** What is wrong with the one that is most like a call, unless method and path both are. */
export function explainNearest(exchanges: readonly Numbered[], call: ExpectedCall): string[] {
  const [nearest] = byLikeness(exchanges, call)
  const parts = nearest?.differences.map(({ part }) => part)
  if (parts === undefined || (parts.includes('method') && parts.includes('path'))) return []
  return [`The nearest is number ${nearest!.number}:\n${explainDifferences(nearest!)}`]
}

/** What is wrong with one exchange, part by part. */
export function explainDifferences({ differences }: Compared): string {
  return differences
    .map(({ part, explain }) => indent(`${part}: ${explain()}`.replace(': \n', ':\n'), '  '))
    .join('\n')
}

/** The first of some exchanges in their order of arrival, and how many more there are. */
export function listExchanges(exchanges: readonly Numbered[]): string {
  const hidden = exchanges.length - LISTED
  return [
    ...exchanges
      .slice(0, LISTED)
      .toSorted((one, other) => one.number - other.number)
      .map((one) => `  ${describe(one)}`),
    ...(hidden > 0 ? [`  … and ${hidden} more`] : []),
  ].join('\n')
}

/** `3. POST /users?page=1 (201, mocked)` */
function describe({ number, exchange: { request, response, outcome } }: Numbered): string {
  const target = excerpt(request.target, 0, TARGET)
  return `${number}. ${request.method} ${target} (${response?.status ?? 'no response'}, ${outcome})`
}
