import {
  withParts,
  type ByteStream,
  type MockRequest,
  type Reply,
  type RequestBody,
} from '../contract/index.ts'
import type { Capture } from '../recording/capture.ts'
import { capturedReplyBody, capturedRequestBody } from '../recording/captured-body.ts'
import { createEventClock } from '../recording/event-times.ts'
import type { Trace } from '../wire/trace.ts'

/** Of larger bodies, in bytes, a recording has the size alone. */
const LARGEST = 64 * 1024 * 1024

/** A request whose body is kept on its way to the upstream. */
export interface WatchedRequest {
  readonly request: MockRequest
  /** What has been sent of it. */
  body(): CollectedBytes
}

/** Bytes on their way, up to {@link LARGEST}. */
interface CollectedBytes {
  readonly size: number
  /** Undefined when there were too many. */
  readonly bytes: Uint8Array | undefined
}

export function watchRequest(request: MockRequest): WatchedRequest {
  const sent = createCollector()
  const body: RequestBody = {
    present: request.body.present,
    kept: request.body.kept,
    stream() {
      sent.clear()
      return request.body.stream().pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            sent.add(chunk)
            controller.enqueue(chunk)
          },
        }),
      )
    },
  }
  return { request: withParts(request, { body }), body: sent.collected }
}

/** All that came of a reply. */
export interface WholeReply extends CollectedBytes {
  readonly eventTimes: readonly number[] | undefined
}

/**
 * The reply as it came, of which `whole` hears when all of it is there, and before its last byte
 * goes on to the client. A reply that breaks, or that nobody reads to its end, is never whole.
 */
export async function watchReply(
  reply: Reply,
  isBodiless: boolean,
  whole: (received: WholeReply) => Promise<void>,
): Promise<Reply> {
  const { body } = reply
  if (body === undefined || isBodiless || !('next' in body)) {
    const bytes = body === undefined || 'next' in body ? NOTHING : body
    await whole({ size: bytes.byteLength, bytes, eventTimes: undefined })
    return reply
  }
  const received = createCollector()
  const clock = createEventClock(reply.rawHeaders)
  const watched: ByteStream = {
    async next() {
      const chunk = await body.next()
      if (chunk === undefined) {
        await whole({ ...received.collected(), eventTimes: await clock?.end() })
        return undefined
      }
      received.add(chunk)
      clock?.chunk(chunk)
      return chunk
    },
    cancel: () => body.cancel(),
  }
  return { ...reply, body: watched }
}

const NOTHING = new Uint8Array()

/** What was seen of a whole exchange, its bodies decoded. */
export async function captureOf(
  origin: string,
  { request, body }: WatchedRequest,
  trace: Trace,
  reply: Reply,
  received: WholeReply,
): Promise<Capture> {
  const timings = trace.timings()
  const sent = body()
  const requestHeaders = trace.sentHeaders ?? request.rawHeaders
  return {
    startedAt: trace.startedAt,
    method: request.method,
    url: origin + request.target,
    requestHeaders,
    requestBody: sent.bytes && (await capturedRequestBody(sent.bytes, requestHeaders)),
    requestSize: sent.size,
    status: reply.status,
    statusText: reply.statusText ?? '',
    responseHeaders: reply.rawHeaders,
    responseBody: received.bytes && (await capturedReplyBody(received.bytes, reply.rawHeaders)),
    responseSize: received.size,
    timings,
    serverAddress: trace.serverAddress,
    ...(received.eventTimes !== undefined && { eventTimes: received.eventTimes }),
  }
}

interface Collector {
  add(chunk: Uint8Array): void
  clear(): void
  collected(): CollectedBytes
}

function createCollector(): Collector {
  let chunks: Uint8Array[] = []
  let size = 0
  return {
    add(chunk) {
      size += chunk.byteLength
      if (size <= LARGEST) chunks.push(chunk)
      else chunks = []
    },
    clear() {
      chunks = []
      size = 0
    },
    collected: () => ({ size, bytes: size <= LARGEST ? Buffer.concat(chunks) : undefined }),
  }
}
