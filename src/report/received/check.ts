import type { ExchangeRequest } from '../../contract/index.ts'

/** Looks at one part of a request; undefined when it is as expected. */
export type Check = (request: ExchangeRequest) => Difference | undefined

/** A part of a request that is not as expected. */
export interface Difference {
  /** `method`, `path`, `query page`, `header accept`, `body` */
  readonly part: string
  /** Whether it cannot be told, because the request was not kept whole. */
  readonly isUnknown?: boolean
  /** Whether the request has nothing there. */
  readonly isAbsent?: boolean
  /** What was expected and what was received: on one line, or on several with a diff. */
  explain(): string
}

/** What a test runner lends. */
export interface RunnerTools {
  /** Equality as the runner's `toEqual` has it, which knows asymmetric matchers. */
  equals(received: unknown, expected: unknown): boolean
  /** The lines in which two values differ; nothing where the runner has none to show. */
  diff(expected: unknown, received: unknown): string | null | undefined
  /** A value, asymmetric matchers in it as well, on one line. */
  show(value: unknown): string
  /** What its matchers take besides, as names of options. */
  readonly options: readonly string[]
}
