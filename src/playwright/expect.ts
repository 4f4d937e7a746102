import {
  expect as playwrightExpect,
  type Expect,
  type ExpectMatcherState,
  type MatcherReturnType,
} from '@playwright/test'
import type { MockApi } from '../mocks/mock-api.ts'
import type { RunnerTools } from '../report/received/check.ts'
import { toHaveReceived, type ReceivedArguments } from '../report/received/to-have-received.ts'
import {
  toHaveReceivedInOrder,
  type ReceivedStep,
} from '../report/received/to-have-received-in-order.ts'
import type { Verdict } from '../report/received/verdict.ts'

/** Milliseconds between two looks at the journal. */
const INTERVAL = 50

/** What `expect` takes besides Playwright's own: see `ReceivedMatchers`. */
type MockMatchers = {
  toHaveReceived(api: MockApi, ...args: ReceivedArguments): Promise<MatcherReturnType>
  toHaveReceivedInOrder(api: MockApi, steps: readonly ReceivedStep[]): Promise<MatcherReturnType>
}

/** Playwright's `expect` with matchers for mock APIs, which poll until the timeout of `expect`. */
export const expect: Expect<MockMatchers> = playwrightExpect.extend({
  toHaveReceived(this: ExpectMatcherState, api: MockApi, ...args: ReceivedArguments) {
    return poll(this, () => toHaveReceived(api, args, this.isNot, toolsOf(this)))
  },
  toHaveReceivedInOrder(this: ExpectMatcherState, api: MockApi, steps: readonly ReceivedStep[]) {
    return poll(this, () => toHaveReceivedInOrder(api, steps, this.isNot, toolsOf(this)))
  },
})

/** Until it passes; what is not to be received, passes at once. */
async function poll(
  { isNot, timeout }: ExpectMatcherState,
  judge: () => Verdict,
): Promise<Verdict> {
  const end = performance.now() + timeout
  for (;;) {
    const verdict = judge()
    if (verdict.pass !== isNot || performance.now() >= end) return verdict
    await new Promise((resolve) => setTimeout(resolve, INTERVAL))
  }
}

function toolsOf({ utils }: ExpectMatcherState): RunnerTools {
  return {
    equals: isEqual,
    diff: (expected, received) => utils.diff(expected, received),
    show: (value) => utils.stringify(value, undefined, Infinity),
  }
}

/** Playwright lends its matchers no comparison of its own. */
function isEqual(received: unknown, expected: unknown): boolean {
  try {
    playwrightExpect(received).toEqual(expected)
    return true
  } catch {
    return false
  }
}
