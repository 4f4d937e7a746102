import {
  filterHeaders,
  headerValue,
  type Answer,
  type Candidate,
  type MockRequest,
  type Reply,
  type Responder,
  type Scope,
} from '../contract/index.ts'
import { describeError, MockberthError, systemCode } from '../errors.ts'
import { withLocalCookies } from '../recording/cookies.ts'
import { hasLinks, rewriteReply, type RewriteUrls } from '../recording/links.ts'
import type { MockUrls } from '../recording/origins.ts'
import type { Recorder } from '../recording/recorder.ts'
import { isBodiless } from '../wire/deliver.ts'
import { undoEncodingWithin } from '../recording/undo-encoding.ts'
import { codingsOf, DECODERS } from '../wire/content-encoding.ts'
import { decodeStream } from '../wire/decoded-stream.ts'
import { createForwarder } from '../wire/forward.ts'
import { createTrace } from '../wire/trace.ts'
import { captureOf, watchReply, watchRequest } from './capturing.ts'

const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])

/** What becomes of the upstream's replies on their way to the client. */
export interface UpstreamOptions {
  readonly rewriteUrls: RewriteUrls
  /** How long it may be silent, in milliseconds. */
  readonly timeout: number
  /** Keeps what it answers, if anything does. */
  readonly recorder: Recorder | undefined
  /** Asked at each reply: the servers of a set know each other's ports only when all are up. */
  mockUrls(): MockUrls
}

/** The real API as a responder: answers everything, by asking it. */
export function createUpstreamResponder(origin: string, options: UpstreamOptions): Responder {
  const { timeout, recorder } = options
  const forwarder = createForwarder(origin, { timeout })
  const by: Candidate = { kind: 'upstream', label: origin }
  const ask = async (request: MockRequest, scope: Scope): Promise<Reply> => {
    if (recorder === undefined) return forwarder.forward(request)
    const during = scope.tests
    const trace = createTrace()
    const watched = watchRequest(request)
    const reply = await forwarder.forward(watched.request, trace)
    return watchReply(reply, isBodiless(request.method, reply.status), async (received) => {
      await recorder.record(await captureOf(origin, watched, trace, reply, received), during)
    })
  }
  return {
    async answer(request, scope) {
      try {
        const reply = await ask(request, scope)
        return { kind: 'reply', reply: fitForClient(reply, request.method, options), by }
      } catch (error) {
        return failureOf(error, request, origin, by)
      }
    },
    passed: (test) => recorder?.passed(test),
    async close() {
      await forwarder.close()
      await recorder?.close()
    },
  }
}

function failureOf(error: unknown, request: MockRequest, origin: string, by: Candidate): Answer {
  // The upstream did answer, and what it said cannot be kept.
  if (error instanceof MockberthError) {
    return { kind: 'failure', status: 500, reason: error.message, by }
  }
  const code = systemCode(error)
  const why = `${describeError(error)}${code === undefined ? '' : ` (${code})`}`
  const isLate = TIMEOUTS.has(code ?? '')
  const hint = isLate
    ? 'Give it more time with upstreamTimeout'
    : 'See whether this machine can reach it'
  const reason = `the upstream ${origin} did not answer ${request.method} ${request.target}: ${why}. ${hint}, or answer the request with a handler.`
  return { kind: 'failure', status: isLate ? 504 : 502, reason, by }
}

/** Cookies that the client keeps for the mock, and links that lead back to it. */
function fitForClient(reply: Reply, method: string, options: UpstreamOptions): Reply {
  const urls = options.mockUrls()
  const local = withLocalCookies(reply)
  const isWhole = method !== 'HEAD' && reply.status !== 206
  const isRewritten = isWhole && hasLinks(local, options.rewriteUrls)
  return rewriteReply(isRewritten ? decodedReply(local) : local, urls, options.rewriteUrls)
}

/** URLs in a body can be rewritten only where it is readable. */
function decodedReply(reply: Reply): Reply {
  const { body, rawHeaders } = reply
  const isClaimed = headerValue(rawHeaders, 'content-encoding') !== undefined
  if (body === undefined || !isClaimed) return reply
  const codings = codingsOf(rawHeaders)
  const decoded = 'next' in body ? decodeStream(body, codings) : decodeBytes(body, codings)
  if (decoded === undefined) return reply
  return {
    ...reply,
    rawHeaders: filterHeaders(rawHeaders, (name) => !/^content-(encoding|length)$/.test(name)),
    body: decoded,
  }
}

function decodeBytes(body: Uint8Array, codings: readonly string[]): Uint8Array | undefined {
  if (!codings.every((coding) => DECODERS.has(coding))) return undefined
  const { bytes, isEncoded } = undoEncodingWithin(body, codings)
  return isEncoded ? undefined : bytes
}
