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

/** Whether a reply with this status and a Location redirects (Fetch standard §2.2.3). */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

/** The request that a browser makes when it is redirected to a URL (Fetch standard §4.4). */
export function redirectedRequest(asked: AskedRequest, status: number, url: URL): AskedRequest {
  const { method } = asked
  const isToGet =
    status === 303 ? !['GET', 'HEAD'].includes(method) : status < 303 && method === 'POST'
  const isElsewhere = url.origin !== asked.url.origin
  const headers = Object.entries(asked.headers).filter(
    ([name]) =>
      !(isToGet && BODY_HEADERS.test(name)) &&
      !(isElsewhere && /^(?:authorization|cookie)$/.test(name)),
  )
  return {
    url,
    method: isToGet ? 'GET' : method,
    headers: Object.fromEntries(headers),
    body: isToGet ? null : asked.body,
  }
}
