import type { Candidate, Exchange } from './exchange.ts'
import type { MockRequest, Reply } from './message.ts'

/** What a responder makes of a request. */
export type Answer =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly by: Candidate }
  /** Not mine: the mode decides (MSW's `passthrough()`). */
  | { readonly kind: 'forward'; readonly by: Candidate }
  | { readonly kind: 'drop'; readonly how: 'reset' | 'close'; readonly by: Candidate }
  /** It was mine, and it went wrong: the client gets `status` with `reason` as its text. */
  | {
      readonly kind: 'failure'
      readonly status: 500 | 501 | 502 | 504
      readonly reason: string
      readonly by: Candidate
    }

/** Something that may answer requests: handlers, a recording, the upstream. */
export interface Responder {
  /** An answer, or undefined when this request is none of its business. */
  answer(request: MockRequest, scope: Scope): Answer | undefined | Promise<Answer | undefined>
  /** What it could have answered in this scope, most specific first. */
  candidates?(scope: Scope): Iterable<Candidate>
  /** What else explains that it had no answer to a request, a sentence each. */
  notes?(request: MockRequest): Iterable<string>
  /** Forgets all that the scope changed. */
  reset?(scope: Scope): void
  /** A test of its scope passed. */
  passed?(test: RunningTest): void
  /** Lets go of what it holds outside of memory. */
  close?(): Promise<void>
}

/** A test that runs in a scope. Two of the same name are two objects. */
export interface RunningTest {
  /** As a report shows it. */
  readonly name: string
}

/** A request that nothing answered. */
export interface UnhandledRequest {
  readonly exchange: Exchange
  /** What the client was told, and what the test is told. */
  readonly explanation: string
  /** The tests that were running when it arrived. */
  readonly during: readonly RunningTest[]
}

/**
 * All that a test may change or cause: the journal, the unhandled requests, and, in each
 * responder's keeping, overrides and positions. A request is resolved to its scope first, and all
 * that happens to it afterwards happens in that scope.
 */
export interface Scope {
  /** The exchanges of each API, in order of arrival. A reset puts a new list in the place of one. */
  readonly journals: Map<string, Exchange[]>
  unhandled: UnhandledRequest[]
  /** Told of each exchange when it is complete. */
  readonly watchers: Set<(exchange: Exchange) => void>
  /** The tests that run in this scope now. */
  readonly tests: Set<RunningTest>
}
