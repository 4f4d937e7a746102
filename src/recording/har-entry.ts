import { isUtf8 } from 'node:buffer'
import { headerValue, headerValues, splitTarget, type RawHeaders } from '../contract/index.ts'
import type { CaptureTimings } from '../wire/timings.ts'
import { targetOf, type Capture, type CapturedBody } from './capture.ts'
import { formFields } from './form-fields.ts'
import type { HarContent, HarEntry, HarPair, HarPostData, HarRequest, HarResponse } from './har.ts'
import { sentCookies, setCookie } from './har-cookies.ts'

/**
 * A capture as an entry of HAR 1.2, its keys in an order that is always the same. Times are in whole
 * milliseconds, which is all that stays the same when the same traffic is recorded twice.
 */
export function toHarEntry(capture: Capture): HarEntry {
  const { startedAt, serverAddress } = capture
  const timings = roundTimings(capture.timings)
  return {
    startedDateTime: new Date(startedAt).toISOString(),
    time: totalOf(timings),
    request: toRequest(capture),
    response: toResponse(capture),
    cache: {},
    timings,
    ...(serverAddress !== undefined && { serverIPAddress: serverAddress }),
  }
}

function roundTimings(timings: CaptureTimings): Record<keyof CaptureTimings, number> {
  const { blocked, dns, connect, ssl, send, wait, receive } = timings
  return {
    blocked: Math.round(blocked),
    dns: Math.round(dns),
    connect: Math.round(connect),
    ssl: Math.round(ssl),
    send: Math.round(send),
    wait: Math.round(wait),
    receive: Math.round(receive),
  }
}

/** `ssl` is part of `connect`. */
function totalOf({ blocked, dns, connect, send, wait, receive }: CaptureTimings): number {
  return [blocked, dns, connect, send, wait, receive].reduce(
    (sum, time) => sum + Math.max(0, time),
    0,
  )
}

function toRequest(capture: Capture): HarRequest {
  const { method, url, requestHeaders, requestBody } = capture
  const target = targetOf(url)
  const type = headerValue(requestHeaders, 'content-type') ?? ''
  return {
    method,
    url,
    httpVersion: 'HTTP/1.1',
    cookies: headerValues(requestHeaders, 'cookie').flatMap(sentCookies),
    headers: toPairs(requestHeaders),
    queryString: toQueryString(splitTarget(target).query),
    ...(hasBytes(requestBody) && { postData: toPostData(requestBody, type) }),
    headersSize: headSize(`${method} ${target} HTTP/1.1`, requestHeaders),
    bodySize: capture.requestSize,
  }
}

function toQueryString(query: string): HarPair[] {
  return [...new URLSearchParams(query)].map(([name, value]) => ({ name, value }))
}

/** Both `text` and `params`, as everybody writes it: HAR 1.2 has one or the other. */
function toPostData(body: string | Uint8Array, mimeType: string): HarPostData {
  const params = formFields(body, mimeType)
  return { mimeType, ...toText(body), ...(params !== undefined && { params }) }
}

function toResponse(capture: Capture): HarResponse {
  const { status, statusText, responseHeaders } = capture
  return {
    status,
    statusText: toUnicode(statusText),
    httpVersion: 'HTTP/1.1',
    cookies: headerValues(responseHeaders, 'set-cookie').map(toUnicode).map(setCookie),
    headers: toPairs(responseHeaders.map(toUnicode)),
    content: toContent(capture),
    redirectURL: toUnicode(headerValue(responseHeaders, 'location') ?? ''),
    headersSize: headSize(`HTTP/1.1 ${status} ${statusText}`, responseHeaders),
    bodySize: capture.responseSize,
  }
}

function toContent({
  responseHeaders,
  responseBody,
  responseSize,
  eventTimes = [],
}: Capture): HarContent {
  const isEncoded = headerValue(responseHeaders, 'content-encoding') !== undefined
  // Text of another charset has as many bytes as came, unless they were encoded.
  const size = isEncoded ? Buffer.byteLength(responseBody ?? '') : responseSize
  return {
    size,
    ...(size > 0 && size !== responseSize && { compression: size - responseSize }),
    mimeType: toUnicode(headerValue(responseHeaders, 'content-type') ?? ''),
    ...(hasBytes(responseBody) && toText(responseBody)),
    ...(eventTimes.length > 0 && { _eventTimes: eventTimes.map(Math.round).join(' ') }),
  }
}

function hasBytes(body: CapturedBody): body is string | Uint8Array {
  return body !== undefined && body.length > 0
}

function toText(body: string | Uint8Array): { text: string; encoding?: string } {
  if (typeof body === 'string') return { text: body }
  return { text: Buffer.from(body).toString('base64'), encoding: 'base64' }
}

function toPairs(rawHeaders: RawHeaders): HarPair[] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? { name, value: rawHeaders[index + 1]! } : [],
  )
}

/** Bytes of a header as text: in UTF-8 where they are that (RFC 9110 §5.5). */
function toUnicode(latin1: string): string {
  if (/^[\u0020-\u007E]*$/.test(latin1)) return latin1
  const bytes = Buffer.from(latin1, 'latin1')
  return isUtf8(bytes) && bytes.toString('latin1') === latin1 ? bytes.toString() : latin1
}

/** Bytes of a head with these lines and the empty one after them. */
function headSize(firstLine: string, rawHeaders: RawHeaders): number {
  // Two after the name, and two at the end of the line, are two for each text.
  const lines = rawHeaders.reduce((sum, text) => sum + text.length + 2, 0)
  return firstLine.length + 2 + lines + 2
}
