import { expect, type MatcherState } from 'vitest'
import type { RunnerTools } from '../report/received/check.ts'
import { toHaveReceived, type ReceivedArguments } from '../report/received/to-have-received.ts'
import {
  toHaveReceivedInOrder,
  type ReceivedStep,
} from '../report/received/to-have-received-in-order.ts'

/** Adds the matchers for mock APIs to every `expect` of the file that runs. */
export function addMatchers(): void {
  expect.extend({
    toHaveReceived(api: unknown, ...args: ReceivedArguments) {
      return toHaveReceived(api, args, this.isNot, toolsOf(this))
    },
    toHaveReceivedInOrder(api: unknown, steps: readonly ReceivedStep[]) {
      return toHaveReceivedInOrder(api, steps, this.isNot, toolsOf(this))
    },
  })
}

function toolsOf({ equals, customTesters, utils }: MatcherState): RunnerTools {
  const testers = [...customTesters, utils.iterableEquality]
  return {
    equals: (received, expected) => equals(received, expected, testers),
    diff: (expected, received) => utils.diff(expected, received, { expand: false }),
    show: (value) => utils.stringify(value, undefined, { min: true, maxLength: Infinity }),
    options: [],
  }
}
