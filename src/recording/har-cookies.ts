import type { HarPair } from './har.ts'

/** A cookie as a HAR lists it. */
interface HarCookie extends HarPair {
  readonly path?: string
  readonly domain?: string
  /** ISO 8601 */
  readonly expires?: string
  readonly httpOnly?: boolean
  readonly secure?: boolean
}

/** The cookies of a Cookie header (RFC 6265 §4.2). */
export function sentCookies(header: string): HarCookie[] {
  return header
    .split(';')
    .filter((pair) => pair.trim() !== '')
    .map(toPair)
}

/** The cookie of a Set-Cookie header (RFC 6265 §5.2). */
export function setCookie(header: string): HarCookie {
  const [pair = '', ...rest] = header.split(';')
  const attributes = new Map(
    rest.map(toAttribute).map(({ name, value }) => [name.toLowerCase(), value]),
  )
  const path = attributes.get('path')
  const domain = attributes.get('domain')
  const expires = toIso(attributes.get('expires'))
  return {
    ...toPair(pair),
    ...(path !== undefined && { path }),
    ...(domain !== undefined && { domain }),
    ...(expires !== undefined && { expires }),
    httpOnly: attributes.has('httponly'),
    secure: attributes.has('secure'),
  }
}

/** Without `=`, all of it is the value (RFC 6265bis §5.7). */
function toPair(pair: string): { name: string; value: string } {
  const equals = pair.indexOf('=')
  return { name: pair.slice(0, Math.max(0, equals)).trim(), value: pair.slice(equals + 1).trim() }
}

function toAttribute(attribute: string): { name: string; value: string } {
  return attribute.includes('=') ? toPair(attribute) : { name: attribute.trim(), value: '' }
}

/** Dates of cookies are in UTC, whatever they say (RFC 6265 §5.1.1). */
function toIso(date: string | undefined): string | undefined {
  const time = Date.parse(`${date?.replace(/\s*(?:GMT|UTC)$/i, '')} GMT`)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}
