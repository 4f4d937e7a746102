import type { Exchange, ExchangeResponse, RawHeaders } from '../contract/index.ts'
import type { Capture } from '../recording/capture.ts'
import { capturedReplyBody, capturedRequestBody } from '../recording/captured-body.ts'
import { rewriteReply } from '../recording/links.ts'
import type { MockUrls } from '../recording/origins.ts'
import type { ApiTraffic } from './evidence.ts'

/** An exchange of the journal, as if it had been recorded. */
export interface CapturedExchange {
  readonly exchange: Exchange
  readonly capture: Capture
  /** Whether its reply led to a mock, as a rewritten one does. */
  readonly isLinked: boolean
}

/**
 * @param origin that of its URL
 * @param realUrls what links to the mocks become: who replays it has others
 */
export async function captureExchange(
  exchange: Exchange,
  origin: string,
  realUrls: MockUrls,
): Promise<CapturedExchange> {
  const { request, response, startedAt, duration } = exchange
  const received = response === undefined ? NOTHING : withUrls(response, realUrls)
  const { rawHeaders, body, isLinked } = received
  const capture: Capture = {
    startedAt,
    method: request.method,
    url: origin + request.target,
    requestHeaders: request.rawHeaders,
    requestBody:
      request.cut > 0 ? undefined : await capturedRequestBody(request.body, request.rawHeaders),
    requestSize: request.size,
    status: response?.status ?? 0,
    statusText: response?.statusText ?? '',
    responseHeaders: rawHeaders,
    responseBody: body && (await capturedReplyBody(body, rawHeaders)),
    responseSize: response?.size ?? 0,
    timings: { ...AT_ONCE, wait: Math.max(0, duration) },
    serverAddress: undefined,
  }
  return { exchange, capture, isLinked }
}

/** On loopback nothing else takes time. */
const AT_ONCE = { blocked: -1, dns: -1, connect: -1, ssl: -1, send: 0, receive: 0 }

/** Of the mocks of which there is a real API, its URL for the mock's. */
export function realUrlsOf(apis: readonly ApiTraffic[]): MockUrls {
  return new Map(
    apis.flatMap(({ address, upstream }) =>
      upstream === undefined ? [] : [[address.url, upstream] as const],
    ),
  )
}

interface Received {
  readonly rawHeaders: RawHeaders
  /** Undefined where it was not kept as a whole. */
  readonly body: Uint8Array | undefined
  readonly isLinked: boolean
}

const NOTHING: Received = { rawHeaders: [], body: undefined, isLinked: false }

function withUrls(response: ExchangeResponse, urls: MockUrls): Received {
  const { status, rawHeaders, cut } = response
  const whole = cut > 0 ? {} : { body: response.body }
  const rewritten = rewriteReply({ status, rawHeaders, ...whole }, urls, 'links')
  const body = rewritten.body as Uint8Array | undefined
  return {
    rawHeaders: rewritten.rawHeaders,
    body,
    isLinked:
      body !== whole.body || rewritten.rawHeaders.some((text, index) => text !== rawHeaders[index]),
  }
}
