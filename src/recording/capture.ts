import type { RawHeaders } from '../contract/index.ts'
import type { CaptureTimings } from '../wire/timings.ts'

/** A body without its content-encoding: text where it is text, or else bytes. */
export type CapturedBody = string | Uint8Array | undefined

/** What of an exchange with an upstream may hold a secret. */
export interface CapturedContent {
  readonly method: string
  /** Absolute, under the upstream's origin. */
  readonly url: string
  /** As they were sent to the upstream. */
  readonly requestHeaders: RawHeaders
  readonly requestBody: CapturedBody
  readonly status: number
  readonly statusText: string
  /** As they came, the content-encoding among them. */
  readonly responseHeaders: RawHeaders
  readonly responseBody: CapturedBody
}

/** That of an exchange in which nothing was said. */
export const NO_CONTENT: CapturedContent = {
  method: '',
  url: '',
  requestHeaders: [],
  requestBody: undefined,
  status: 0,
  statusText: '',
  responseHeaders: [],
  responseBody: undefined,
}

/** One whole exchange with an upstream. */
export interface Capture extends CapturedContent {
  /** In milliseconds since the epoch. */
  readonly startedAt: number
  /** Bytes of the bodies as they were on the wire. */
  readonly requestSize: number
  readonly responseSize: number
  readonly timings: CaptureTimings
  /** The upstream's IP address, where it is known. */
  readonly serverAddress: string | undefined
  /** Of server-sent events: when each was complete, in milliseconds from the first byte on. */
  readonly eventTimes?: readonly number[]
}

/** The path and the query of a captured URL, as they were sent. */
export function targetOf(url: string): string {
  return url.slice(url.indexOf('/', url.indexOf('://') + 3))
}
