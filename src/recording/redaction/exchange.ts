import { headerValue, type RawHeaders } from '../../contract/index.ts'
import type { CapturedBody, CapturedContent } from '../capture.ts'
import { toLatin1 } from '../../wire/latin1.ts'
import type { Pass, Where } from './found.ts'
import { rewriteHeaders } from './headers.ts'
import { rewriteMultipart } from './multipart.ts'
import { rewriteForm, rewriteText, rewriteUrl } from './text.ts'

const nowhere: Where = () => ''

/** The exchange with what the rules find replaced; the same one when there is nothing. */
export function rewriteExchange<Content extends CapturedContent>(
  content: Content,
  pass: Pass,
): Content {
  const { requestHeaders, responseHeaders } = content
  return withParts(content, {
    url: rewriteUrl(content.url, nowhere, pass),
    requestHeaders: rewriteHeaders(requestHeaders, nowhere, pass),
    requestBody: rewriteBody(content.requestBody, typeOf(requestHeaders), nowhere, pass),
    statusText: rewriteText(content.statusText, nowhere, pass),
    responseHeaders: rewriteHeaders(responseHeaders, nowhere, pass),
    responseBody: rewriteBody(content.responseBody, typeOf(responseHeaders), nowhere, pass),
  })
}

/** The exchange with each of its texts changed, but not the origin of its URL. */
export function mapTexts<Content extends CapturedContent>(
  content: Content,
  change: (text: string) => string,
): Content {
  const { url } = content
  const path = /^[^/]*\/\/[^/?#]*/.exec(url)?.[0].length ?? 0
  return withParts(content, {
    url: url.slice(0, path) + change(url.slice(path)),
    requestHeaders: mapValues(content.requestHeaders, change),
    requestBody: mapBody(content.requestBody, change),
    statusText: change(content.statusText),
    responseHeaders: mapValues(content.responseHeaders, change),
    responseBody: mapBody(content.responseBody, change),
  })
}

type Parts = Omit<CapturedContent, 'method' | 'status'>

function withParts<Content extends CapturedContent>(content: Content, parts: Parts): Content {
  const names = Object.keys(parts) as (keyof Parts)[]
  return names.every((name) => parts[name] === content[name]) ? content : { ...content, ...parts }
}

function typeOf(rawHeaders: RawHeaders): string {
  return headerValue(rawHeaders, 'content-type') ?? ''
}

function mapValues(rawHeaders: RawHeaders, change: (text: string) => string): RawHeaders {
  const changed = rawHeaders.map((text, index) => (index % 2 === 0 ? text : change(text)))
  return changed.every((text, index) => text === rawHeaders[index]) ? rawHeaders : changed
}

/** Bytes are read as a character for each. */
function mapBody(body: CapturedBody, change: (text: string) => string): CapturedBody {
  if (body === undefined) return body
  if (typeof body === 'string') return change(body)
  const text = toLatin1(body)
  const changed = change(text)
  return changed === text ? body : Buffer.from(changed, 'latin1')
}

/** A body with its secrets replaced, read as its content-type says. */
export function rewriteBody(
  body: CapturedBody,
  type: string,
  where: Where,
  pass: Pass,
): CapturedBody {
  return mapBody(body, (text) => {
    if (!pass.rules.hints(text)) return text
    if (/^\s*multipart\//i.test(type)) return rewriteMultipart(text, type, where, pass)
    if (/^\s*application\/x-www-form-urlencoded\b/i.test(type))
      return rewriteForm(text, where, pass)
    return rewriteText(text, where, pass)
  })
}
