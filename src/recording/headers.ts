import { headerValue, type RawHeaders } from '../contract/index.ts'
import { isHopByHop, namedByConnection } from '../wire/deliver.ts'
import { localCookie } from './cookies.ts'
import type { HarPair } from './har.ts'

/** What else is known about a reply's headers. */
export interface ReplyHeaderFacts {
  /** The content-type that is true for the body; one that is recorded otherwise gives way. */
  readonly type: string | undefined
  readonly status: number
  readonly redirect: string | undefined
  /** Whether the body still has its content-encoding. */
  readonly isEncoded: boolean
  /** Whether the recorded length holds, because it tells of a body that is not sent. */
  readonly isSized: boolean
}

const NAME = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/

/**
 * The headers of a recorded request, without HTTP/2's pseudo-headers.
 *
 * @param type that of its body, for when no header tells
 */
export function requestHeaders(pairs: readonly HarPair[], type: string | undefined): RawHeaders {
  const rawHeaders = toRawHeaders(pairs)
  return type === undefined || headerValue(rawHeaders, 'content-type') !== undefined
    ? rawHeaders
    : [...rawHeaders, 'content-type', type]
}

/** The headers of a recording, one line for each of the values that a producer joined by newlines. */
export function toRawHeaders(pairs: readonly HarPair[]): string[] {
  return pairs.flatMap(({ name, value }) =>
    isName(name) ? linesOf(value).flatMap((line) => [name, line]) : [],
  )
}

/**
 * The headers with which a recorded reply is sent: one line for each of the values that a producer
 * joined by newlines, nothing about the connection that was, nothing about an encoding that the
 * body no longer has, and cookies that a client keeps for `http://127.0.0.1`.
 */
export function replyHeaders(pairs: readonly HarPair[], facts: ReplyHeaderFacts): RawHeaders {
  const rawHeaders: string[] = []
  const named = namedByConnection(toRawHeaders(pairs))
  const isGone = (name: string): boolean => named.has(name) || isDropped(name, facts)
  for (const { name, value } of pairs) {
    if (!isName(name) || isGone(name.toLowerCase())) continue
    for (const line of valuesOf(name, value, facts.type)) rawHeaders.push(name, toFieldValue(line))
  }
  const has = (wanted: string): boolean =>
    rawHeaders.some((name, index) => index % 2 === 0 && name.toLowerCase() === wanted)
  if (facts.type !== undefined && facts.type.includes('/') && !has('content-type')) {
    rawHeaders.push('content-type', toFieldValue(facts.type))
  }
  if (facts.redirect !== undefined && isRedirect(facts.status) && !has('location')) {
    rawHeaders.push('location', toFieldValue(facts.redirect))
  }
  return rawHeaders
}

function valuesOf(name: string, value: unknown, type: string | undefined): string[] {
  if (name.toLowerCase() === 'content-type') return [type ?? String(value ?? '')]
  const values = linesOf(value)
  return name.toLowerCase() === 'set-cookie' ? values.map(localCookie) : values
}

function linesOf(value: unknown): string[] {
  const lines = String(value ?? '').split(/\r?\n/)
  return lines.length > 1 ? lines.filter((line) => line.trim() !== '') : lines
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name)
}

function isDropped(name: string, { isEncoded, isSized }: ReplyHeaderFacts): boolean {
  if (name === 'content-length') return !isSized
  return isHopByHop(name) || (name === 'content-encoding' && !isEncoded)
}

/** Whether a status sends the client elsewhere. */
export function isRedirect(status: number): boolean {
  return status >= 300 && status < 400 && status !== 304
}

/** Bytes of UTF-8 as Node wants them in a header (RFC 9110 §5.5), control characters taken out. */
export function toFieldValue(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what may not be in a field value
  return Buffer.from(text.trim().replaceAll(/[\u0000-\u0008\u000A-\u001F\u007F]/g, '')).toString(
    'latin1',
  )
}
