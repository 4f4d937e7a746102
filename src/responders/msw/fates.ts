import type { Candidate, OverrideFate } from '../../contract/index.ts'
import type { MountedHandler } from './internals.ts'

/** A handler on a server, and its fate where it came from `use()`. */
export interface Mounted {
  readonly handler: MountedHandler
  readonly candidate: Candidate
  readonly fate?: Fate
}

export interface Override extends Mounted {
  readonly fate: Fate
}

/** A fate that goes on. */
interface Fate extends OverrideFate {
  received: number
  declined: number
  readonly precededBy: Set<string>
}

/** The fate of an override that nothing has come to yet. */
export function createFate(handler: MountedHandler, candidate: Candidate): Fate {
  return {
    candidate,
    received: 0,
    declined: 0,
    precededBy: new Set(),
    get hasRun() {
      return handler.hasRun
    },
  }
}

/** A request arrived. Overrides come first among the handlers. */
export function noteArrival(handlers: readonly Mounted[]): void {
  for (const { fate } of handlers) {
    if (fate === undefined) return
    fate.received += 1
  }
}

/** It was answered by one of them, or by none. */
export function noteAnswer(handlers: readonly Mounted[], by: Candidate | undefined): void {
  let isAnswered = false
  for (const { fate, candidate } of handlers) {
    if (fate === undefined) return
    if (isAnswered) fate.precededBy.add(by!.label)
    else if (candidate === by) isAnswered = true
    else fate.declined += 1
  }
}
