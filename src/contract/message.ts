/**
 * Headers as they are on the wire: name, value, name, value, … in order, with their case and every
 * repetition kept (the form of `http.IncomingMessage.rawHeaders`).
 */
export type RawHeaders = readonly string[]

/** The first bytes of a body, up to a limit, and the size of the whole. */
export interface KeptBody {
  /** What was kept. */
  readonly bytes: Uint8Array
  /** Bytes that went by so far, kept or not. */
  readonly size: number
  /** How many of them were not kept. */
  readonly cut: number
  /** How many bytes of memory it takes, nearly. */
  readonly weight: number
}

/** The body of a request. What nobody reads is drained. */
export interface RequestBody {
  /** Whether the request announced a body at all. */
  readonly present: boolean
  readonly kept: KeptBody
  /**
   * The body from its first byte on, as it arrives; a stream that was given out before gets no more
   * of it. Reading slowly slows the client down.
   */
  stream(): ReadableStream<Uint8Array>
}

/** One request, free of any runner, library or Fetch object. */
export interface MockRequest {
  readonly method: string
  /** Origin form (RFC 9112 §3.2.1): path and query, as the client wrote them. */
  readonly target: string
  /** Without the marks of tests. */
  readonly rawHeaders: RawHeaders
  /** The marks of tests that came in its baggage: none, or those of the one test that it is of. */
  readonly marks: readonly string[]
  readonly body: RequestBody
  /** Aborted when the client goes away before it has its whole reply. Made when it is asked for. */
  readonly signal: AbortSignal
  /** Calls back when that happens; cheaper than the signal. */
  onGone(listener: () => void): void
}

/** The path and the query of a target; the query is empty where there is none. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const at = target.indexOf('?')
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) }
}

/** A request of which some parts are others. */
export function withParts(
  request: MockRequest,
  parts: Partial<Pick<MockRequest, 'method' | 'rawHeaders' | 'body'>>,
): MockRequest {
  return new RequestWithParts(request, parts)
}

class RequestWithParts implements MockRequest {
  readonly method: string
  readonly target: string
  readonly rawHeaders: RawHeaders
  readonly marks: readonly string[]
  readonly body: RequestBody
  readonly #whole: MockRequest

  constructor(whole: MockRequest, parts: Partial<MockRequest>) {
    this.method = parts.method ?? whole.method
    this.target = whole.target
    this.rawHeaders = parts.rawHeaders ?? whole.rawHeaders
    this.marks = whole.marks
    this.body = parts.body ?? whole.body
    this.#whole = whole
  }

  /** Made when it is asked for. */
  get signal(): AbortSignal {
    return this.#whole.signal
  }

  onGone(listener: () => void): void {
    this.#whole.onGone(listener)
  }
}

/** A body that is pulled, chunk by chunk. */
export interface ByteStream {
  /** The next chunk, undefined at the end; rejects when the source broke. */
  next(): Promise<Uint8Array | undefined>
  /** Nobody wants the rest. Settles a pending `next()`; never throws. */
  cancel(): void
}

/** One reply, before the wire has given it its framing. */
export interface Reply {
  readonly status: number
  /** Reason phrase; the standard one for the status when absent. */
  readonly statusText?: string
  readonly rawHeaders: RawHeaders
  readonly body?: Uint8Array | ByteStream
}

/** The value of the first header of this name, in any case. */
export function headerValue(rawHeaders: RawHeaders, name: string): string | undefined {
  const wanted = name.toLowerCase()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const one = rawHeaders[index]!
    if (one.length === wanted.length && one.toLowerCase() === wanted) return rawHeaders[index + 1]
  }
  return undefined
}

/** The values of all headers of this name, which is in lower case. */
export function headerValues(rawHeaders: RawHeaders, name: string): string[] {
  return filterHeaders(rawHeaders, (one) => one === name).filter((_, index) => index % 2 === 1)
}

/** The headers for whose lower-case name `keep` says yes. */
export function filterHeaders(rawHeaders: RawHeaders, keep: (name: string) => boolean): string[] {
  const kept: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (keep(rawHeaders[index]!.toLowerCase())) {
      kept.push(rawHeaders[index]!, rawHeaders[index + 1]!)
    }
  }
  return kept
}

/** The headers as Fetch has them. */
export function toHeaders(rawHeaders: RawHeaders): Headers {
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index]!, rawHeaders[index + 1]!)
  }
  return headers
}
