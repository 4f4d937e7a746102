import timers from 'node:timers'

/**
 * Calls back at the end of this turn of the event loop. It is Node's own function, taken before anything can
 * put a fake one in its place, also into `node:timers` (Vitest's `fakeNodeBuiltins`).
 */
export const onNextTurn: typeof setImmediate = timers.setImmediate
