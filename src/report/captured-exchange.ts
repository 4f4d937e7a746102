import type { Exchange, ExchangeResponse, RawHeaders } from '../contract/index.ts'
import type { Capture } from '../recording/capture.ts'
import { capturedReplyBody, capturedRequestBody } from '../recording/captured-body.ts'
import { rewriteReply } from '../recording/links.ts'
import type { MockUrls } from '../recording/origins.ts'
import type { ApiTraffic } from './evidence.ts'

/**
 * An exchange of the journal, as if it had been recorded.
 *
 * @param origin that of its URL
 * @param realUrls what links to the mocks become: who replays it has others
 */
export async function captureExchange(
  { request, response, startedAt, duration }: Exchange,
  origin: string,
  realUrls: MockUrls,
): Promise<Capture> {
  const { rawHeaders, body } = response === undefined ? NOTHING : withUrls(response, realUrls)
  return {
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
    timings: {
      blocked: -1,
      dns: -1,
      connect: -1,
      ssl: -1,
      send: 0,
      wait: Math.max(0, duration),
      receive: 0,
    },
    serverAddress: undefined,
  }
}

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
}

const NOTHING: Received = { rawHeaders: [], body: undefined }

function withUrls(response: ExchangeResponse, urls: MockUrls): Received {
  const { status, rawHeaders, cut } = response
  const whole = cut > 0 ? {} : { body: response.body }
  const rewritten = rewriteReply({ status, rawHeaders, ...whole }, urls, 'links')
  const { body } = rewritten
  return {
    rawHeaders: rewritten.rawHeaders,
    body: body === undefined || 'next' in body ? undefined : body,
  }
}
