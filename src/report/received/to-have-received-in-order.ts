import { invalidOption } from '../../errors.ts'
import { explainLetGo } from '../../traffic/let-go.ts'
import { detailedCall, type ExpectedCall, type RequestDetails } from './call.ts'
import type { RunnerTools } from './check.ts'
import { matchOf, numbered, type Numbered } from './compare.ts'
import { explainReceived } from './explain.ts'
import { assertApi, type Verdict } from './verdict.ts'

/** One of the requests that `toHaveReceivedInOrder()` takes. */
export type ReceivedStep = readonly [
  method: string,
  path?: string | RegExp,
  details?: RequestDetails,
]

const NAME = 'toHaveReceivedInOrder()'

/**
 * Whether an API has received some requests in this order of arrival, whatever came before, between
 * and after them.
 *
 * @param isNot whether that would be the failure: what cannot be told is one in both cases
 * @throws `INVALID_OPTION`, `UNKNOWN_OPTION`
 */
export function toHaveReceivedInOrder(
  api: unknown,
  steps: readonly ReceivedStep[],
  isNot: boolean,
  tools: RunnerTools,
): Verdict {
  assertApi(NAME, api)
  const calls = callsOf(steps, tools)
  const exchanges = numbered(api.exchanges)
  const found = follow(exchanges, calls, ['certain'])
  const isSo = found.length === calls.length
  const letGo = api.exchangesLetGo
  const isPossible =
    isSo || letGo > 0 || follow(exchanges, calls, ['certain', 'possible']).length === calls.length
  return {
    pass: isNot ? isPossible : isSo,
    message() {
      const list = listSteps(calls, found, exchanges)
      if (isSo) return `${api.name} has received this in order, which it should not have:\n${list}`
      const heading = isPossible
        ? `It cannot be told whether ${api.name} has received this in order:`
        : `${api.name} has not received this in order:`
      const last = found.at(-1)?.number ?? 0
      const since = last === 0 ? '' : ` after number ${last}`
      const later = exchanges.slice(last)
      const isSilent = later.length === 0 && letGo > 0
      const rest = isSilent ? [] : explainReceived(later, calls[found.length]!, since)
      return [`${heading}\n${list}`, ...rest, ...explainLetGo(api.name, letGo)].join('\n\n')
    },
  }
}

function callsOf(steps: readonly ReceivedStep[], tools: RunnerTools): ExpectedCall[] {
  if (!Array.isArray(steps) || steps.length === 0) {
    throw invalidOption(
      NAME,
      'steps',
      steps,
      "a list of requests: [['POST', '/login'], ['GET', '/me']]",
    )
  }
  return steps.map((step: ReceivedStep, index) => {
    const name = `${NAME}: step ${index + 1}`
    if (Array.isArray(step)) return detailedCall(name, step, tools)
    throw invalidOption(
      NAME,
      `step ${index + 1}`,
      step,
      "a list of method, path and options: ['GET', '/me']",
    )
  })
}

/** For each call the first exchange after that of the call before it, as far as there is one. */
function follow(
  exchanges: readonly Numbered[],
  calls: readonly ExpectedCall[],
  accepted: readonly unknown[],
): Numbered[] {
  const found: Numbered[] = []
  for (const call of calls) {
    const rest = exchanges.slice(found.at(-1)?.number)
    const next = rest.find((one) => accepted.includes(matchOf(one, call)))
    if (next === undefined) break
    found.push(next)
  }
  return found
}

/** The calls, and what became of each up to the first that is missing. */
function listSteps(
  calls: readonly ExpectedCall[],
  found: readonly Numbered[],
  exchanges: readonly Numbered[],
): string {
  const became = [
    ...found.map(({ number }) => `: number ${number}`),
    ...calls.slice(found.length, found.length + 1).map((call) => missing(call, found, exchanges)),
  ]
  return calls.map(({ line }, index) => `  ${line}${became[index] ?? ''}`).join('\n')
}

function missing(
  call: ExpectedCall,
  found: readonly Numbered[],
  exchanges: readonly Numbered[],
): string {
  const last = found.at(-1)?.number
  if (last === undefined) return ': missing'
  const early = exchanges
    .slice(0, last)
    .find((one) => !found.includes(one) && matchOf(one, call) === 'certain')
  return `: missing after number ${last}${early ? `; number ${early.number} was too early` : ''}`
}
