import type { IncomingMessage } from 'node:http'
import type { Request, Route } from '@playwright/test'
import { systemCode } from '../errors.ts'
import type { MockApi } from '../mocks/mock-api.ts'
import { undoEncodingWithin } from '../recording/undo-encoding.ts'
import { codingsOf } from '../wire/content-encoding.ts'
import { askMock, isRedirect, redirectedRequest, type AskedRequest } from './ask-mock.ts'
import type { StreamRelay } from './stream-relay.ts'

/** What a routed request may need. */
export interface RouteSurroundings {
  /** The mock of each origin that is routed. */
  readonly mocks: ReadonlyMap<string, MockApi>
  /** Where replies that go on are had; undefined where the browser cannot be sent there. */
  readonly relay: (() => Promise<StreamRelay>) | undefined
  /** Aborted when the page does not want the reply any more. */
  readonly signal: AbortSignal
}

/** As browsers do (Fetch standard §4.4). */
const MOST_REDIRECTS = 20

/** Headers of the connection to the mock, and those that are not true of a decoded body. */
const WIRE_HEADERS = /^(?:connection|keep-alive|transfer-encoding|content-length|content-encoding)$/

/** Answers a page's request with what the mock of its origin says to it. */
export async function answerRoute(route: Route, surroundings: RouteSurroundings): Promise<void> {
  const request = route.request()
  const { relay, signal } = surroundings
  try {
    const asked = await ask(request, surroundings)
    if (asked === undefined) return await route.abort('failed')
    const { reply, redirect } = asked
    if (redirect !== undefined) await route.fulfill(navigationTo(redirect, reply))
    else if (relay && isStreamFor(request, reply)) await sendTo(await relay(), route, reply)
    else await route.fulfill({ ...headOf(request, reply), body: await bodyOf(reply) })
  } catch (error) {
    if (signal.aborted) return
    const code = systemCode(error)
    if (code === undefined || code.startsWith('ERR_')) throw error
    await route.abort(code === 'ECONNREFUSED' ? 'connectionrefused' : 'connectionreset')
  }
}

interface Asked {
  readonly reply: IncomingMessage
  /** Where the page is to go from here. */
  readonly redirect?: URL
}

/**
 * Playwright routes no request that a browser makes because of a redirect: to an origin that is routed, the
 * browser must not be sent. All others are the browser's to follow.
 *
 * @returns undefined where one redirect follows another without an end
 */
async function ask(
  request: Request,
  { mocks, signal }: RouteSurroundings,
): Promise<Asked | undefined> {
  let asked: AskedRequest = {
    url: new URL(request.url()),
    method: request.method(),
    headers: request.headers(),
    body: request.postDataBuffer(),
  }
  for (let count = 0; count <= MOST_REDIRECTS; count++) {
    const reply = await askMock(mocks.get(asked.url.origin)!, asked, signal)
    const url = redirectTarget(asked.url, reply, mocks)
    if (url === undefined) return { reply }
    const next = redirectedRequest(asked, reply.statusCode!, url)
    reply.resume()
    if (request.isNavigationRequest() && next.method === 'GET') return { reply, redirect: url }
    asked = next
  }
  return undefined
}

/** Where a reply redirects to, if that is routed; a mock's own URL, as replayed replies have it, too. */
function redirectTarget(
  from: URL,
  { statusCode, headers: { location } }: IncomingMessage,
  mocks: RouteSurroundings['mocks'],
): URL | undefined {
  if (location === undefined || !isRedirect(statusCode!)) return undefined
  const url = URL.parse(location, from.href)
  if (url === null) return undefined
  const { origin, href } = url
  const found = [...mocks].find(([upstream, api]) => upstream === origin || api.url === origin)
  return found && new URL(found[0] + href.slice(origin.length))
}

type Fulfilled = NonNullable<Parameters<Route['fulfill']>[0]>

/** A page that goes there at once, in the manner of a redirect: it is not in the history. */
function navigationTo({ href }: URL, reply: IncomingMessage): Fulfilled {
  const script = JSON.stringify(href).replaceAll('<', '\\u003c')
  const attribute = href.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  const cookies = reply.headers['set-cookie']
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      ...(cookies && { 'set-cookie': cookies.join('\n') }),
    },
    body: `<!doctype html><script>location.replace(${script})</script><noscript><meta http-equiv="refresh" content="0;url=${attribute}"></noscript>`,
  }
}

function isStreamFor(request: Request, { headers, statusCode }: IncomingMessage): boolean {
  const isStream = /^text\/event-stream\b/i.test(headers['content-type'] ?? '')
  return isStream && statusCode === 200 && !request.isNavigationRequest()
}

async function sendTo(relay: StreamRelay, route: Route, reply: IncomingMessage): Promise<void> {
  const { headers } = headOf(route.request(), reply)
  const stream = relay.offer(reply, headers['access-control-allow-origin'] !== '')
  await route.fulfill({ status: 303, headers: { ...headers, location: stream } })
}

function headOf(
  request: Request,
  reply: IncomingMessage,
): { readonly status: number; readonly headers: Record<string, string> } {
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(reply.headersDistinct)) {
    if (WIRE_HEADERS.test(name)) continue
    headers[name] = values!.join(name === 'set-cookie' ? '\n' : ', ')
  }
  // Playwright would let every page read it. An empty one lets none.
  if (request.headers().origin !== undefined) headers['access-control-allow-origin'] ??= ''
  return { status: reply.statusCode!, headers }
}

/** Decoded: of a routed reply, the browser decodes nothing. */
async function bodyOf(reply: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of reply) chunks.push(chunk as Buffer)
  return Buffer.from(undoEncodingWithin(Buffer.concat(chunks), codingsOf(reply.rawHeaders)).bytes)
}
