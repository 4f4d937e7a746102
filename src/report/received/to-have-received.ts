import { invalidOption } from '../../errors.ts'
import { explainLetGo } from '../../traffic/let-go.ts'
import { detailedCall, type ExpectedCall, type RequestDetails } from './call.ts'
import type { RunnerTools } from './check.ts'
import { byLikeness, findMatches, numbered, type Matches, type Numbered } from './compare.ts'
import { explainDifferences, explainNearest, explainReceived, listExchanges } from './explain.ts'
import { assertApi, type Verdict } from './verdict.ts'

/** Options of `toHaveReceived()`. */
export interface ReceivedOptions extends RequestDetails {
  /** Exactly how often. Default: at least once. */
  readonly times?: number | undefined
}

/** What `toHaveReceived()` takes. */
export type ReceivedArguments = readonly [
  method: string,
  path?: string | RegExp,
  options?: ReceivedOptions,
]

const NAME = 'toHaveReceived()'

/**
 * Whether an API has received a request, as often as it is expected.
 *
 * @param isNot whether that would be the failure: what cannot be told is one in both cases
 * @throws `INVALID_OPTION`, `UNKNOWN_OPTION`
 */
export function toHaveReceived(
  api: unknown,
  args: ReceivedArguments,
  isNot: boolean,
  tools: RunnerTools,
): Verdict {
  assertApi(NAME, api)
  const call = detailedCall(NAME, args, tools, ['times', ...tools.options])
  const times = args[2]?.times
  if (times !== undefined && !(Number.isSafeInteger(times) && times >= 0)) {
    throw invalidOption(NAME, 'times', times, 'a whole number from 0 on')
  }
  const exchanges = numbered(api.exchanges)
  const matches = findMatches(exchanges, call)
  const letGo = api.exchangesLetGo
  const count = countOf(matches, letGo)
  const isSo = judge(count, times)
  return {
    pass: isNot ? isSo !== 'no' : isSo === 'yes',
    message() {
      const about =
        isSo === 'unknown'
          ? explainUnknown(api.name, call, matches, times)
          : isSo === 'yes'
            ? [explainUnwanted(api.name, call, matches, count)]
            : explainMissing(api.name, call, exchanges, matches, count, times)
      return [...about, ...explainLetGo(api.name, letGo)].join('\n\n')
    },
  }
}

/** How often a request was received, as far as that can be told. */
interface Count {
  readonly fewest: number
  readonly most: number
}

/** @param letGo how many others there were, each of which may be one */
function countOf({ certain, possible }: Matches, letGo: number): Count {
  const fewest = certain.length
  return { fewest, most: fewest + possible.length + letGo }
}

function judge({ fewest, most }: Count, times: number | undefined): 'yes' | 'no' | 'unknown' {
  if (times === undefined) return fewest > 0 ? 'yes' : most > 0 ? 'unknown' : 'no'
  if (times < fewest || times > most) return 'no'
  return fewest === most ? 'yes' : 'unknown'
}

function explainUnwanted(
  api: string,
  { line }: ExpectedCall,
  { certain }: Matches,
  count: Count,
): string {
  if (certain.length === 0) return `${api} has not received ${line}, which it should have.`
  return `${api} has received ${line} ${atLeast(count)}, which it should not have:\n${listExchanges(certain)}`
}

function explainUnknown(
  api: string,
  call: ExpectedCall,
  { certain, possible }: Matches,
  times: number | undefined,
): string[] {
  const [first] = byLikeness(possible, call)
  const { length } = certain
  const kept = length === 0 ? '' : length === 1 ? ': 1 is kept' : `: ${length} are kept`
  return [
    `It cannot be told ${times === undefined ? 'whether' : 'how often'} ${api} has received ${call.line}${kept}.`,
    ...(first === undefined
      ? []
      : [`Number ${first.number} was not kept whole:\n${explainDifferences(first)}`]),
  ]
}

function explainMissing(
  api: string,
  call: ExpectedCall,
  exchanges: readonly Numbered[],
  { certain }: Matches,
  count: Count,
  times = 1,
): string[] {
  if (count.most === 0) {
    const often = times === 1 ? '' : `, which was expected ${howOften(times)}`
    return [`${api} has not received ${call.line}${often}.`, ...explainReceived(exchanges, call)]
  }
  const isTooFew = count.most < times
  const received = isTooFew ? atMost(count) : atLeast(count)
  const counted = `${api} has received ${call.line} ${received}, not ${howOften(times)}`
  const others = exchanges.filter((one) => !certain.includes(one))
  return [
    certain.length === 0 ? `${counted}.` : `${counted}:\n${listExchanges(certain)}`,
    ...(isTooFew ? explainNearest(others, call) : []),
  ]
}

function atLeast({ fewest, most }: Count): string {
  return `${fewest === most ? '' : 'at least '}${howOften(fewest)}`
}

function atMost({ fewest, most }: Count): string {
  return `${fewest === most ? '' : 'at most '}${howOften(most)}`
}

function howOften(times: number): string {
  return times === 1 ? 'once' : `${times} times`
}
