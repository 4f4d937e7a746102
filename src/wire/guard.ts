import { isIP } from 'node:net'
import { filterHeaders, headerValue, type MockRequest, type Reply } from '../contract/index.ts'
import { isLoopbackName } from '../propagate/loopback.ts'
import { hostName } from './hosts.ts'

/**
 * Which origins a browser lets read the replies: `loopback` (pages served from this machine), all,
 * none, or those named.
 */
export type CorsPolicy = 'loopback' | boolean | readonly string[]

/** Who may talk to a listener. */
export interface Guard {
  /** Host names accepted besides loopback names. */
  readonly allowedHosts: readonly string[]
  /** Whether any IP address is accepted: a page on the web can point names at this machine, not addresses. */
  readonly allowsAddresses: boolean
  readonly cors: CorsPolicy
  /** What becomes of requests of pages that may not read the replies. */
  readonly foreignPages: 'answered' | 'refused'
}

/**
 * A refusal for a request that came under a name that is not ours: a page on the web can point its
 * own name at 127.0.0.1 (DNS rebinding) and read what is served there.
 */
export function refuseHost(guard: Guard, authority: string | undefined): Reply | undefined {
  if (authority === undefined) return undefined
  const host = hostName(authority)
  if (isLoopbackName(host) || guard.allowedHosts.includes(host)) return undefined
  if (guard.allowsAddresses && isIP(host) !== 0) return undefined
  return textReply(
    421,
    `mockberth: the Host header says ${JSON.stringify(authority)}, which is not a name of this mock.\n\n` +
      `Accepted are 127.0.0.1, localhost, *.localhost, [::1] and the host of the declared upstream.\n` +
      `To accept this one, declare it: allowedHosts: [${JSON.stringify(host)}]\n`,
  )
}

/** The reply to a CORS preflight (Fetch standard §3.2.3), which no handler ever sees. */
export function answerPreflight(guard: Guard, request: MockRequest): Reply | undefined {
  if (request.method !== 'OPTIONS' || guard.cors === false) return undefined
  const origin = headerValue(request.rawHeaders, 'origin')
  const method = headerValue(request.rawHeaders, 'access-control-request-method')
  if (origin === undefined || method === undefined) return undefined
  if (!isOriginAllowed(guard.cors, origin)) return pageRefusal(origin)
  return {
    status: 204,
    rawHeaders: rawHeadersOf({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': method,
      'access-control-allow-headers': headerValue(
        request.rawHeaders,
        'access-control-request-headers',
      ),
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    }),
  }
}

/**
 * A refusal for what a page of another origin asks. A page needs no permission to send a plain request,
 * only to read the reply. Its origin is told by the browser, which a page cannot change; where there is
 * none, the browser says whether it is of another site (https://www.w3.org/TR/fetch-metadata/).
 */
export function refusePage(guard: Guard, { rawHeaders }: MockRequest): Reply | undefined {
  if (guard.foreignPages === 'answered' || guard.cors === true) return undefined
  const origin = headerValue(rawHeaders, 'origin')
  if (origin !== undefined) return isOwnPage(guard, origin) ? undefined : pageRefusal(origin)
  if (headerValue(rawHeaders, 'sec-fetch-site') !== 'cross-site') return undefined
  const referrer = URL.parse(headerValue(rawHeaders, 'referer') ?? '')
  if (referrer !== null && isOwnPage(guard, referrer.origin)) return undefined
  return referrer === null
    ? textReply(403, 'mockberth: pages of another site may not call this mock.\n')
    : pageRefusal(referrer.origin)
}

function isOwnPage({ cors }: Guard, origin: string): boolean {
  return isOriginAllowed('loopback', origin) || isOriginAllowed(cors, origin)
}

function pageRefusal(origin: string): Reply {
  return textReply(
    403,
    `mockberth: pages of ${origin} may not call this mock. To let them, declare it: cors: [${JSON.stringify(origin)}]\n`,
  )
}

/** The reply with what a browser needs to show it to a page; a handler's own headers win. */
export function withCors(guard: Guard, request: MockRequest, reply: Reply): Reply {
  const origin = headerValue(request.rawHeaders, 'origin')
  if (origin === undefined || !isOriginAllowed(guard.cors, origin)) return reply
  if (headerValue(reply.rawHeaders, 'access-control-allow-origin') !== undefined) return reply
  const names = filterHeaders(reply.rawHeaders, (name) => name !== 'set-cookie')
    .filter((_, index) => index % 2 === 0)
    .join(', ')
  const cors = rawHeadersOf({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': names === '' ? undefined : names,
    vary: 'Origin',
  })
  return { ...reply, rawHeaders: [...reply.rawHeaders, ...cors] }
}

function rawHeadersOf(headers: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  )
}

function isOriginAllowed(cors: CorsPolicy, origin: string): boolean {
  if (typeof cors === 'boolean') return cors
  if (cors !== 'loopback') return cors.includes(origin)
  return URL.canParse(origin) && isLoopbackName(hostName(new URL(origin).host))
}

/** A reply of our own, for people to read. */
export function textReply(status: number, text: string): Reply {
  return {
    status,
    rawHeaders: ['content-type', 'text/plain; charset=utf-8'],
    body: Buffer.from(text),
  }
}

/** A reply of our own, for programs to read. */
export function jsonReply(status: number, value: unknown): Reply {
  return {
    status,
    rawHeaders: ['content-type', 'application/json'],
    body: Buffer.from(JSON.stringify(value)),
  }
}
