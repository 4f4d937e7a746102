import {
  expect as playwrightExpect,
  type Expect,
  type ExpectMatcherState,
  type MatcherReturnType,
} from '@playwright/test'
import { delay } from '../contract/timers.ts'
import { invalidOption, refuseUnknownOptions } from '../errors.ts'
import type { MockApi } from '../mocks/mock-api.ts'
import { assertTimeout } from '../mocks/wait-for.ts'
import type { RunnerTools } from '../report/received/check.ts'
import {
  toHaveReceived,
  type ReceivedOptions as SharedOptions,
} from '../report/received/to-have-received.ts'
import {
  toHaveReceivedInOrder,
  type ReceivedStep,
} from '../report/received/to-have-received-in-order.ts'
import type { Verdict } from '../report/received/verdict.ts'

/** Milliseconds between two looks at the journal. */
const INTERVAL = 50

/** Options of a matcher that polls. */
interface PollOptions {
  /** How long, in milliseconds, from 0 to 3600000 (one hour). Default: the timeout of `expect`. */
  readonly timeout?: number
}

/** Options of `toHaveReceived()`. */
export interface ReceivedOptions extends SharedOptions, PollOptions {}

/** What `toHaveReceived()` takes. */
type Arguments = readonly [method: string, path?: string | RegExp, options?: ReceivedOptions]

/** What `expect` takes besides Playwright's own: see `ReceivedMatchers`. */
type MockMatchers = {
  toHaveReceived(api: MockApi, ...args: Arguments): Promise<MatcherReturnType>
  toHaveReceivedInOrder(
    api: MockApi,
    steps: readonly ReceivedStep[],
    options?: PollOptions,
  ): Promise<MatcherReturnType>
}

/** Playwright's `expect` with matchers for mock APIs, which poll until the timeout is over. */
export const expect: Expect<MockMatchers> = playwrightExpect.extend({
  toHaveReceived(this: ExpectMatcherState, api: MockApi, ...args: Arguments) {
    const timeout = timeoutOf('toHaveReceived()', args[2], this)
    return poll(this, timeout, () => toHaveReceived(api, args, this.isNot, toolsOf(this)))
  },
  toHaveReceivedInOrder(
    this: ExpectMatcherState,
    api: MockApi,
    steps: readonly ReceivedStep[],
    options: PollOptions = {},
  ) {
    const timeout = timeoutOf(IN_ORDER, options, this)
    refuseUnknownOptions(IN_ORDER, options, ['timeout'])
    return poll(this, timeout, () => toHaveReceivedInOrder(api, steps, this.isNot, toolsOf(this)))
  },
})

const IN_ORDER = 'toHaveReceivedInOrder()'

function timeoutOf(
  matcher: string,
  options: PollOptions | undefined,
  state: ExpectMatcherState,
): number {
  if (typeof options !== 'object' && options !== undefined) {
    throw invalidOption(matcher, 'the options', options, 'an object')
  }
  if (options?.timeout === undefined) return state.timeout
  assertTimeout(matcher, options.timeout)
  return options.timeout
}

/** Until it passes; what is not to be received, passes at once. */
async function poll(
  { isNot }: ExpectMatcherState,
  timeout: number,
  judge: () => Verdict,
): Promise<Verdict> {
  const end = performance.now() + timeout
  for (;;) {
    const verdict = judge()
    if (verdict.pass !== isNot || performance.now() >= end) return verdict
    await delay(INTERVAL)
  }
}

function toolsOf({ utils }: ExpectMatcherState): RunnerTools {
  return {
    equals: isEqual,
    diff: (expected, received) => utils.diff(expected, received),
    show: (value) => utils.stringify(value, undefined, Infinity),
    options: ['timeout'],
  }
}

/**
 * Playwright lends its matchers no comparison of its own, and `toEqual()` would be a step of the test, and
 * a failed one for each request that is another.
 */
function isEqual(received: unknown, expected: unknown): boolean {
  const matcher = playwrightExpect.objectContaining({ value: expected }) as AsymmetricMatcher
  return matcher.asymmetricMatch({ value: received })
}

interface AsymmetricMatcher {
  asymmetricMatch(received: unknown): boolean
}
