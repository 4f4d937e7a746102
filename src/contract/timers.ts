// Node's own timers, taken before a test puts fake ones in their place, also into `node:timers`
// (Vitest's `fakeNodeBuiltins`): what a mock waits for, it waits for in real time. The clock for that
// is the `performance` of `node:perf_hooks`, which stays as it is.

import timers from 'node:timers'
import promises from 'node:timers/promises'

/** Calls back after so many milliseconds. */
export const startTimer: typeof setTimeout = timers.setTimeout

/** Ends what `startTimer()` began. */
export const stopTimer: typeof clearTimeout = timers.clearTimeout

/** Calls back every so many milliseconds. */
export const startTicking: typeof setInterval = timers.setInterval

/** Ends what `startTicking()` began. */
export const stopTicking: typeof clearInterval = timers.clearInterval

/** Calls back at the end of this turn of the event loop. */
export const onNextTurn: typeof setImmediate = timers.setImmediate

/** Resolves after so many milliseconds. */
export const delay: typeof promises.setTimeout = promises.setTimeout

/** Resolves at the end of this turn of the event loop. */
export const nextTurn: typeof promises.setImmediate = promises.setImmediate
