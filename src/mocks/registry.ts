import type { Mocks } from './define.ts'
import type { Claim } from './environment.ts'
import type { RunningSet } from './start.ts'

/**
 * What all copies of this package in one process share. It hangs on `process`, because a VM context
 * has a `globalThis` of its own, and the package may be loaded once in each.
 */
export interface Registry {
  /** Who owns which name in `process.env`. */
  readonly claims: Map<string, Claim>
  /** `host:port` of every mock API that was started and not stopped for good. */
  readonly hosts: Set<string>
  /** The set that a test runner's plugin started in this worker. */
  worker?: WorkerSet
}

/** A set that outlives the test that uses it. */
export interface WorkerSet {
  readonly mocks: Mocks
  readonly running: RunningSet
}

const key = Symbol.for('mockberth')

/** The registry of this process. */
export function registry(): Registry {
  const holder = process as unknown as { [key]?: Registry }
  holder[key] ??= { claims: new Map(), hosts: new Set() }
  return holder[key]
}
