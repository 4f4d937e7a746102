import { subscribe } from 'node:diagnostics_channel'
import { performance } from 'node:perf_hooks'
import type { DiagnosticsChannel } from 'undici'
import { headerValue, type MockRequest, type RawHeaders } from '../contract/index.ts'
import { takeConnectionMarks } from './connection-marks.ts'
import { timingsOf, type CaptureTimings, type RequestMarks } from './timings.ts'

/** What is seen of one request on its way through undici. */
export interface Trace {
  /** In milliseconds since the epoch. */
  readonly startedAt: number
  /** The IP address that the request went to, once it went. */
  readonly serverAddress: string | undefined
  /** The headers as they were on the wire. Complete when the request's body has been sent. */
  readonly sentHeaders: RawHeaders | undefined
  /** @param end when the last byte of the reply was there, by `performance.now()`. Default: now */
  timings(end?: number): CaptureTimings
  /** Calls what hands the request to undici. Once. */
  around<Result>(request: MockRequest, dispatch: () => Result): Result
}

interface Seen extends RequestMarks {
  head?: string
  serverAddress?: string | undefined
}

/** A trace of one request, which begins now. Fake timers do not change its times. */
export function createTrace(): Trace {
  listen()
  return new OpenTrace()
}

class OpenTrace implements Trace {
  readonly #seen: Seen = { begun: performance.now() }
  #traced: MockRequest | undefined

  get startedAt(): number {
    return performance.timeOrigin + this.#seen.begun
  }

  get serverAddress(): string | undefined {
    return this.#seen.serverAddress
  }

  get sentHeaders(): string[] | undefined {
    if (this.#seen.head === undefined || this.#traced === undefined) return undefined
    return [...parseHead(this.#seen.head), ...framingOf(this.#traced)]
  }

  timings(end = performance.now()): CaptureTimings {
    return timingsOf(this.#seen, end)
  }

  around<Result>(request: MockRequest, dispatch: () => Result): Result {
    this.#traced = request
    dispatching = this.#seen
    try {
      return dispatch()
    } finally {
      dispatching = undefined
    }
  }
}

/** Of the request that is handed to undici now, until undici has an object of its own for it. */
let dispatching: Seen | undefined
/** Where that object has it: to be the key of a map that is weak costs the garbage collector more. */
const SEEN = Symbol('seen')

interface TracedRequest {
  [SEEN]?: Seen
}

let isListening = false

/** Undici does the work of publishing only for those who listen. */
function listen(): void {
  if (isListening) return
  isListening = true
  on<DiagnosticsChannel.RequestCreateMessage>('undici:request:create', ({ request }) => {
    if (dispatching === undefined) return
    ;(request as TracedRequest)[SEEN] = dispatching
    dispatching = undefined
  })
  on<DiagnosticsChannel.ClientSendHeadersMessage>('undici:client:sendHeaders', onHeadSent)
  on<DiagnosticsChannel.RequestBodySentMessage>('undici:request:bodySent', ({ request }) => {
    const seen = (request as TracedRequest)[SEEN]
    if (seen !== undefined) seen.bodySent = performance.now()
  })
  on<DiagnosticsChannel.RequestHeadersMessage>(
    'undici:request:headers',
    ({ request, response }) => {
      const seen = (request as TracedRequest)[SEEN]
      // The informational ones (RFC 9110 §15.2) come before the reply.
      if (seen !== undefined && response.statusCode >= 200) seen.replied = performance.now()
    },
  )
}

function onHeadSent({
  request,
  headers,
  socket,
}: DiagnosticsChannel.ClientSendHeadersMessage): void {
  const seen = (request as TracedRequest)[SEEN]
  if (seen === undefined) return
  seen.headSent = performance.now()
  seen.head = headers
  seen.serverAddress = socket.remoteAddress
  const connection = takeConnectionMarks(socket)
  if (connection !== undefined) seen.connection = connection
}

function on<Message>(channel: string, listener: (message: Message) => void): void {
  subscribe(channel, (message) => listener(message as Message))
}

/** The headers in the text of a request's head, of which each line has its end. */
function parseHead(head: string): string[] {
  const rawHeaders: string[] = []
  let start = head.indexOf('\r\n') + 2
  for (let end = head.indexOf('\r\n', start); end !== -1; end = head.indexOf('\r\n', start)) {
    const colon = head.indexOf(':', start)
    if (colon > start && colon < end) {
      rawHeaders.push(head.slice(start, colon), head.slice(colon + 1, end).trim())
    }
    start = end + 2
  }
  return rawHeaders
}

/** What undici expects to have a body (RFC 9110 §8.6), and says of that it has none. */
const WITH_BODY = new Set(['PUT', 'POST', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH'])

/** The header that undici writes after the others, to say where the body ends. */
function framingOf({ method, rawHeaders, body }: MockRequest): string[] {
  const declared = Number(headerValue(rawHeaders, 'content-length') ?? 0)
  if (body.present && declared > 0) return ['content-length', String(declared)]
  if (body.present && body.kept.size > 0) return ['transfer-encoding', 'chunked']
  return WITH_BODY.has(method) ? ['content-length', '0'] : []
}
