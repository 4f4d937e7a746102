import {
  filterHeaders,
  headerValue,
  type ByteStream,
  type RawHeaders,
  type Reply,
} from '../contract/index.ts'
import { toLatin1 } from '../wire/latin1.ts'
import { originsIn, type MockUrls, type Origins } from './origins.ts'

/**
 * Which URLs of declared upstreams become the mocks': `links` (those in `Location` and `Link`, and
 * JSON strings that begin with one, in JSON and in server-sent events), `text` (all in any text),
 * or none.
 */
export type RewriteUrls = 'links' | 'text' | false

const JSON_TYPE = /[/+](?:x-)?(?:nd)?json(?:l|lines)?\b|[/+]json-seq\b|^text\/event-stream\b/i
const TEXT_TYPE = /^text\/|\b(?:json|xml|javascript|html|x-www-form-urlencoded)\b/i

/**
 * The reply with the upstreams' URLs turned into the mocks'. A body that comes in chunks is changed
 * as it comes; one that is still encoded is left, and so is a part of one (206), whose place in the
 * whole its headers tell.
 */
export function rewriteReply(reply: Reply, urls: MockUrls, how: RewriteUrls): Reply {
  if (how === false || urls.size === 0) return reply
  const headed = { ...reply, rawHeaders: rewriteHeaders(reply.rawHeaders, urls) }
  const { body } = reply
  const isEncoded = headerValue(reply.rawHeaders, 'content-encoding') !== undefined
  const isFixed = isEncoded || reply.status === 206
  if (body === undefined || isFixed || !hasLinks(reply, how)) return headed
  const origins = originsIn(urls, how === 'text' ? 'anywhere' : 'json')
  if (!('next' in body)) return { ...headed, body: rewriteBytes(body, origins) }
  return {
    ...headed,
    rawHeaders: filterHeaders(headed.rawHeaders, (name) => name !== 'content-length'),
    body: rewriteStream(body, origins),
  }
}

/** Whether a reply's body is of a type in which URLs are rewritten. */
export function hasLinks({ rawHeaders }: Pick<Reply, 'rawHeaders'>, how: RewriteUrls): boolean {
  const type = headerValue(rawHeaders, 'content-type') ?? ''
  return how !== false && (JSON_TYPE.test(type) || (how === 'text' && TEXT_TYPE.test(type)))
}

/** Headers with the upstreams' URLs in `Location` and `Link` turned into the mocks'. */
export function rewriteHeaders(rawHeaders: RawHeaders, urls: MockUrls): RawHeaders {
  const isLink = (index: number): boolean =>
    index % 2 === 1 && /^(location|link|content-location)$/i.test(rawHeaders[index - 1]!)
  if (!rawHeaders.some((_, index) => isLink(index))) return rawHeaders
  const { replace } = originsIn(urls, 'header')
  return rawHeaders.map((text, index) => (isLink(index) ? replace(text) : text))
}

function rewriteBytes(body: Uint8Array, { replace }: Origins): Uint8Array {
  const text = toLatin1(body)
  const rewritten = replace(text)
  return rewritten === text ? body : Buffer.from(rewritten, 'latin1')
}

/** A quote, and what may stand before it. */
const CONTEXT = 2

/** Holds back what may be the beginning of a URL, until the next chunk tells. */
function rewriteStream(body: ByteStream, { replace, undecided }: Origins): ByteStream {
  let text = ''
  // Up to here it has been sent; what stands before decides whether a string begins.
  let start = 0
  let isOver = false
  return {
    async next() {
      while (!isOver) {
        const chunk = await body.next()
        isOver = chunk === undefined
        text += chunk === undefined ? '' : toLatin1(chunk)
        const end = isOver ? text.length : undecided(text, start)
        const ready = replace(text, start, end)
        const kept = Math.max(0, end - CONTEXT)
        text = text.slice(kept)
        start = end - kept
        if (ready !== '') return Buffer.from(ready, 'latin1')
      }
      return undefined
    },
    cancel: () => body.cancel(),
  }
}
