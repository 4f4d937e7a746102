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
  readonly times?: number
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
  const isSo = judge(matches, letGo, times)
  return {
    pass: isNot ? isSo !== 'no' : isSo === 'yes',
    message() {
      const about =
        isSo === 'unknown'
          ? explainUnknown(api.name, call, matches, times)
          : isSo === 'yes'
            ? [explainUnwanted(api.name, call, matches)]
            : explainMissing(api.name, call, exchanges, matches, times)
      return [...about, ...explainLetGo(api.name, letGo)].join('\n\n')
    },
  }
}

/** @param letGo how many others there were, each of which may be one */
function judge(
  { certain, possible }: Matches,
  letGo: number,
  times: number | undefined,
): 'yes' | 'no' | 'unknown' {
  const fewest = certain.length
  const most = fewest + possible.length + letGo
  if (times === undefined) return fewest > 0 ? 'yes' : most > 0 ? 'unknown' : 'no'
  if (times < fewest || times > most) return 'no'
  return fewest === most ? 'yes' : 'unknown'
}

function explainUnwanted(api: string, { line }: ExpectedCall, { certain }: Matches): string {
  if (certain.length === 0) return `${api} has not received ${line}, which it should have.`
  const count = howOften(certain.length)
  return `${api} has received ${line} ${count}, which it should not have:\n${listExchanges(certain)}`
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
  times = 1,
): string[] {
  if (certain.length === 0) {
    const often = times === 1 ? '' : `, which was expected ${howOften(times)}`
    return [`${api} has not received ${call.line}${often}.`, ...explainReceived(exchanges, call)]
  }
  const others = exchanges.filter((one) => !certain.includes(one))
  const counted = `${api} has received ${call.line} ${howOften(certain.length)}, not ${howOften(times)}:`
  return [
    `${counted}\n${listExchanges(certain)}`,
    ...(certain.length < times ? explainNearest(others, call) : []),
  ]
}

function howOften(times: number): string {
  return times === 1 ? 'once' : `${times} times`
}
