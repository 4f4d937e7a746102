import { filterHeaders, headerValue, type Reply } from '../contract/index.ts'

/**
 * Which URLs of declared upstreams become the mocks': `links` (those in `Location` and `Link`, and
 * JSON strings that begin with one, in JSON and in server-sent events), `text` (all in any text),
 * or none.
 */
export type RewriteUrls = 'links' | 'text' | false

/** The URL of the mock for each upstream's origin. */
export type MockUrls = ReadonlyMap<string, string>

const JSON_TYPE = /[/+](?:x-)?(?:nd)?json(?:l|lines)?\b|[/+]json-seq\b|^text\/event-stream\b/i
const TEXT_TYPE = /^text\/|\b(?:json|xml|javascript|html|x-www-form-urlencoded)\b/i

/** The reply with the upstreams' URLs turned into the mocks'. */
export function rewriteReply(reply: Reply, urls: MockUrls, how: RewriteUrls): Reply {
  if (how === false || urls.size === 0) return reply
  const rawHeaders = reply.rawHeaders.map((text, index) =>
    index % 2 === 1 && isLinkHeader(reply.rawHeaders[index - 1]!)
      ? replaceOrigins(text, urls, IN_HEADER)
      : text,
  )
  const body = rewriteBody(reply, urls, how)
  return { ...reply, rawHeaders, ...(body !== undefined && { body }) }
}

function isLinkHeader(name: string): boolean {
  return /^(location|link|content-location)$/i.test(name)
}

function rewriteBody(reply: Reply, urls: MockUrls, how: 'links' | 'text'): Reply['body'] {
  const { body, rawHeaders } = reply
  const type = headerValue(rawHeaders, 'content-type') ?? ''
  const applies = JSON_TYPE.test(type) || (how === 'text' && TEXT_TYPE.test(type))
  if (body === undefined || 'next' in body || !applies || isEncoded(reply)) return body
  // One character for each byte: what is not ASCII stays as it is, in any charset.
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
  const rewritten = replaceOrigins(text, urls, how === 'text' ? ANYWHERE : IN_JSON)
  return rewritten === text ? body : Buffer.from(rewritten, 'latin1')
}

function isEncoded({ rawHeaders }: Reply): boolean {
  return filterHeaders(rawHeaders, (name) => name === 'content-encoding').length > 0
}

/** `Location: https://…`, `Link: <https://…>; rel="next"` */
const IN_HEADER = '(?<=^\\s*|<\\s*)'
/** Behind a quote that begins a string, not one inside of it. */
const IN_JSON = String.raw`(?<=(?<!\\)")`
const ANYWHERE = ''

/** An origin ends where its path would begin, and not in the middle of a longer host or port. */
const END_OF_ORIGIN = String.raw`(?![\w.:@\u0080-\u00FF-]|%3A|%40)`

function replaceOrigins(text: string, urls: MockUrls, before: string): string {
  const origins = [...urls.keys()]
  const patterns = origins.map((origin) => `(${originPattern(origin)})`)
  const pattern = new RegExp(`${before}(?:${patterns.join('|')})${END_OF_ORIGIN}`, 'gi')
  return text.replace(pattern, (_, ...groups) => {
    const which = groups.findIndex((group) => group !== undefined)
    return urls.get(origins[which]!)!
  })
}

/** JSON may write a slash as `\/` or `\u002f`, and URLs their scheme's own port. */
function originPattern(origin: string): string {
  const slashes = escape(origin).replaceAll('/', String.raw`(?:\\?/|\\u002f)`)
  if (new URL(origin).port !== '') return slashes
  return `${slashes}(?::${origin.startsWith('https:') ? 443 : 80})?`
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}
