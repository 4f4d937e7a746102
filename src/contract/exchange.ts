import type { RawHeaders } from './message.ts'

/** Something that may answer a request, named for people. */
export interface Candidate {
  /** `override`: from `use()`; `handler`: declared; `entry`: recorded; `upstream`: the real API. */
  readonly kind: 'override' | 'handler' | 'entry' | 'upstream'
  /** How its author would name it: `GET /users/:login`, `https://api.github.com`. */
  readonly label: string
  /** Where it was written (`file:line:column`), when that is known. */
  readonly source?: string
}

/**
 * What became of a request.
 *
 * - `mocked`: a handler answered
 * - `replayed`: a recording answered
 * - `forwarded`: the upstream answered
 * - `unhandled`: nothing answered; the client got a 501 that explains it
 * - `failed`: a handler threw, the upstream did not answer, or the request was refused
 * - `aborted`: the client went away before it had the whole reply
 */
export type Outcome = 'mocked' | 'replayed' | 'forwarded' | 'unhandled' | 'failed' | 'aborted'

/** What a request and a response have in common in the journal. */
export interface ExchangeMessage {
  /** Case-insensitive view of `rawHeaders`. */
  readonly headers: Headers
  readonly rawHeaders: RawHeaders
  /** The bytes on the wire, up to the API's `maxBody`. */
  readonly body: Uint8Array
  /** Size of the whole body in bytes, kept or not. */
  readonly size: number
  /** How many bytes were not kept, because the body is larger than `maxBody`. */
  readonly cut: number
  /**
   * The body with its content-encodings (RFC 9110 §8.4) undone; unknown ones are left.
   * @throws `BODY_CUT` when the body was larger than `maxBody`, and what a decoder throws
   */
  bytes(): Uint8Array
  /**
   * The body as text, with its content-encoding undone.
   * @throws `BODY_CUT` when the body was larger than `maxBody`
   */
  text(): string
  /**
   * The body parsed as JSON.
   * @throws `BODY_CUT` when the body was larger than `maxBody`, `SyntaxError` when it is not JSON
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- as Response.json() is typed
  json<Value = any>(): Value
}

/** A request, as the journal keeps it. */
export interface ExchangeRequest extends ExchangeMessage {
  readonly method: string
  /** Path and query, as the client wrote them. */
  readonly target: string
  /** The target without its query. */
  readonly path: string
  readonly query: URLSearchParams
}

/** A response, as the journal keeps it. */
export interface ExchangeResponse extends ExchangeMessage {
  readonly status: number
  readonly statusText: string
}

/** One request and what became of it. */
export interface Exchange {
  /** Name of the API in the declaration. */
  readonly api: string
  readonly request: ExchangeRequest
  /** Absent when no response was sent: the client left, or the handler dropped the connection. */
  readonly response: ExchangeResponse | undefined
  readonly outcome: Outcome
  /** When the request's head had arrived, in milliseconds since the epoch. */
  readonly startedAt: number
  /** Milliseconds from then to the last byte of the reply; to now while it is still on its way. */
  readonly duration: number
  /** Who answered. */
  readonly handler: Candidate | undefined
}
