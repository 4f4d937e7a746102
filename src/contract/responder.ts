import type { Candidate, Exchange } from './exchange.ts'
import type { MockRequest, RawHeaders, Reply } from './message.ts'

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
  /**
   * What of it could have answered in this scope but for what differs, in the order in which it is
   * asked; for a request that nothing answered.
   */
  misses?(missed: MissedRequest, scope: Scope): Iterable<Miss>
  /** What else explains that it had no answer to a request, a sentence each. */
  notes?(request: MockRequest): Iterable<string>
  /** Forgets all that the scope changed. */
  reset?(scope: Scope): void
  /** A test of its scope passed. */
  passed?(test: RunningTest): void
  /** Lets go of what it holds outside of memory. */
  close?(): Promise<void>
}

/** A request as far as matching is concerned. */
export interface RequestFacts {
  readonly method: string
  /** As on the wire, without the query. */
  readonly path: string
  readonly query: string
  readonly rawHeaders: RawHeaders
  /** Without its content-encoding. Undefined where nobody knows what was sent. */
  readonly body: Uint8Array | undefined
}

/** A request that nothing answered. */
export interface MissedRequest {
  readonly request: MockRequest
  readonly facts: RequestFacts
  /** What its body says; undefined where the body is too large to be kept. */
  readonly content: BodyContent | undefined
}

/** Something that did not answer a request. There may be many, and few of them are near. */
export interface Miss {
  /** The request as it compares it. */
  readonly asked: ComparedRequest
  readonly place: WantedPlace
  details(): WantedDetails
  describe(): Candidate
}

/** What of a request something compares. For the same request, it is the same object. */
export interface ComparedRequest {
  readonly method: string
  readonly origin?: string
  readonly path: string
  readonly query: string
  /** Those that it compares, of which a request may have none. */
  readonly headers?: ReadonlyMap<string, string | undefined>
  readonly body?: BodyContent | undefined
}

/** Where something would have answered. What is left out may be anything. */
export interface WantedPlace {
  readonly method?: string | RegExp | undefined
  readonly origin?: string
  /** As on the wire, or a pattern with MSW's `:name` and `*`, or one for the whole URL. */
  readonly path?: string | RegExp
  /** Whether the path is a pattern. Default false. */
  readonly isPattern?: boolean
  /** Whether a path that is a pattern fits, by who knows best. */
  readonly fitsPath?: () => Promise<boolean>
}

/** What it wants besides. What is left out may be anything. */
export interface WantedDetails {
  readonly query?: string
  readonly headers?: ReadonlyMap<string, string | undefined>
  readonly body?: BodyContent | undefined
  /** What else kept it from answering. */
  readonly others?: readonly Difference[]
}

/** What a body says, for comparing it part by part. */
export type BodyContent =
  | { readonly kind: 'json'; readonly text: string; readonly value: unknown }
  | { readonly kind: 'form' | 'text'; readonly text: string }

/** One thing in which a request differs from what something answers. */
export interface Difference {
  /** `method`, `path segment 2`, `query page`, `header accept`, `body $.user.name` */
  readonly field: string
  /** As a report shows it. */
  readonly wanted: string
  readonly got: string
}

/** A test that runs in a scope. Two of the same name are two objects. */
export interface RunningTest {
  /** As a report shows it. */
  readonly name: string
  /** It is expected to fail: one more error would let it pass. */
  readonly isToFail?: boolean
}

/** A request that nothing answered, or several that are told in the same words. */
export interface UnhandledRequest {
  readonly api: string
  /** The first of them. */
  readonly request: Pick<MockRequest, 'method' | 'target'>
  /** What the client was told, and what the test is told. */
  readonly explanation: string
  /** The tests that were running when it arrived. */
  readonly during: readonly RunningTest[]
  /** How many they are. */
  times: number
}

/** What became of a handler that `use()` put before the others, until the next reset. */
export interface OverrideFate {
  readonly candidate: Candidate
  /** Whether a request came as far as its resolver, whatever that made of it. */
  readonly hasRun: boolean
  /** How many requests its API received meanwhile. */
  readonly received: number
  /** How many of them it was asked about, and does not match. */
  readonly declined: number
  /** The labels of the overrides that answered others before it was asked. */
  readonly precededBy: ReadonlySet<string>
}

/** A handler that `use()` was given. */
export interface Override {
  readonly api: string
  /** What it means when it never runs. */
  readonly policy: 'fail' | 'warn'
  readonly fate: OverrideFate
  /** The tests that were running at `use()`. */
  readonly during: readonly RunningTest[]
  /** Where `use()` was called (`file:line:column`), when that is known. */
  place(): string | undefined
}

/** What an API received in a scope. */
export interface Journal {
  /** Those that have not ended, in no order. One without a response is not in sight yet: nothing was answered. */
  readonly underWay: readonly Exchange[]
  /** The last that ended. */
  readonly ended: EndedExchanges
}

/** Exchanges that ended. When they become too many, the first of them are let go of. */
export interface EndedExchanges {
  /** Those that are kept, in no order. */
  all(): Exchange[]
  /** How many were let go of. */
  readonly letGo: number
  /** Forgets them all, as if they had never been. */
  clear(): void
}

/**
 * All that a test may change or cause: the journal, the unhandled requests, and, in each
 * responder's keeping, overrides and positions. A request is resolved to its scope first, and all
 * that happens to it afterwards happens in that scope.
 */
export interface Scope {
  /** That of each API. A reset removes it: what is still on its way stays out of the next one. */
  readonly journals: Map<string, Journal>
  unhandled: UnhandledRequest[]
  /** From `use()`, where it matters whether they run. */
  overrides: Override[]
  /** Told of each exchange when it is complete. */
  readonly watchers: Set<(exchange: Exchange) => void>
  /** The APIs that are down for it, though not for others. */
  readonly stopped: Set<string>
  /** The tests that run in this scope now. When one begins or ends, it is another list. */
  tests: readonly RunningTest[]
}
