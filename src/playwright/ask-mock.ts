import http, { type IncomingMessage } from 'node:http'
import type { MockApi } from '../mocks/mock-api.ts'

/** A request of a page, as it is sent on to a mock. */
export interface AskedRequest {
  readonly url: URL
  readonly method: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | null
}

/** Names that say something about a body. */
const BODY_HEADERS = /^content-(?:encoding|language|length|location|type)$/

/**
 * Sends a request to a mock as the browser would have sent it to the upstream. Resolves with the head of
 * the reply; rejects when the connection is refused or dropped, and when `signal` is aborted.
 */
export function askMock(
  { hostname, port }: MockApi,
  { url, method, headers, body }: AskedRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const length = body === null ? {} : { 'content-length': String(body.byteLength) }
    http
      .request(
        {
          hostname,
          port,
          method,
          path: url.pathname + url.search,
          headers: { host: url.host, ...headers, ...length },
          signal,
        },
        resolve,
      )
      .once('error', reject)
      .end(body)
  })
}

/**
 * The request that a reply redirects to, as a browser makes it (Fetch standard §4.4); undefined where it
 * does not redirect.
 */
export function redirectedRequest(
  asked: AskedRequest,
  { statusCode, headers: { location } }: IncomingMessage,
): AskedRequest | undefined {
  if (location === undefined || ![301, 302, 303, 307, 308].includes(statusCode!)) return undefined
  const url = URL.parse(location, asked.url.href)
  if (url === null) return undefined
  const { method } = asked
  const isToGet =
    statusCode === 303 ? !['GET', 'HEAD'].includes(method) : statusCode! < 303 && method === 'POST'
  const headers = Object.entries(asked.headers).filter(
    ([name]) =>
      !(isToGet && BODY_HEADERS.test(name)) &&
      !(url.origin !== asked.url.origin && /^(?:authorization|cookie)$/.test(name)),
  )
  return {
    url,
    method: isToGet ? 'GET' : method,
    headers: Object.fromEntries(headers),
    body: isToGet ? null : asked.body,
  }
}
