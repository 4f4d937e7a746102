import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { readCarried, type Carried } from './carried.ts'
import { bindEvents, boundTo, currentCarried, enterCarried, isBound } from './context.ts'
import { attempt, watch } from './watch.ts'

const BODY = /^(?:content-length|transfer-encoding)$/i

/** Reads what a request carries, which is on its behalf from then on. */
type Arrive = (rawHeaders: readonly string[]) => Carried | undefined

/**
 * Knows from here on what the requests to this process's servers carry: HTTP/1, its upgrades, HTTP/2.
 *
 * @param onFirst is called when the first request comes that carries something
 */
export function followIncoming(onFirst: () => void): void {
  let isFirst = true
  const arrive: Arrive = (rawHeaders) => {
    const carried = readCarried(rawHeaders)
    if (carried !== undefined && isFirst) {
      isFirst = false
      onFirst()
    }
    // A connection is used for many requests: nothing may be left of the one before.
    enterCarried(carried)
    return carried
  }
  followMessages(arrive)
  followStreams(arrive)
  followUpgrades(arrive)
}

function followMessages(arrive: Arrive): void {
  watch<{
    readonly request: IncomingMessage
    readonly response: ServerResponse
    readonly socket: HttpSocket
  }>('http.server.request.start', ({ request, response, socket }) => {
    // A server that was made on behalf of a request hands that on to all that comes to it.
    const inherited = currentCarried()
    const carried = arrive(request.rawHeaders)
    if (carried === inherited && !isBound(socket)) return
    const inWork = socket[IN_WORK]
    if (inWork) {
      bindExchange(inWork.req, inWork, boundTo(socket))
      bindExchange(request, response, carried)
    }
    bindEvents(socket, carried)
    // Its parts come later, and from Node's parser, not from the connection.
    if (hasBody(request.rawHeaders)) bindEvents(request, carried)
  })
}

/** Where Node keeps the response that a connection is used for. */
const IN_WORK = '_httpMessage'

type HttpSocket = Socket & { readonly [IN_WORK]?: ServerResponse | null }

/** A client that does not wait for replies has several requests in the works on one connection. */
function bindExchange(
  request: IncomingMessage,
  response: ServerResponse,
  carried: Carried | undefined,
): void {
  for (const each of [request, response]) if (!isBound(each)) bindEvents(each, carried)
}

function hasBody(rawHeaders: readonly string[]): boolean {
  return rawHeaders.some((name) => name.length > 13 && BODY.test(name))
}

function followStreams(arrive: Arrive): void {
  watch<{ readonly stream: ServerHttp2Stream; readonly headers: IncomingHttpHeaders }>(
    'http2.server.stream.start',
    ({ stream, headers }) => {
      const isPushed = stream.id! % 2 === 0
      if (isPushed) return
      const carried = arrive(Object.entries(headers as Record<string, string>).flat())
      if (carried !== undefined) bindEvents(stream, carried)
    },
  )
}

/** No channel tells of a request that becomes something else, such as a WebSocket: its server does. */
function followUpgrades(arrive: Arrive): void {
  watch<{ readonly server: Server }>('tracing:net.server.listen:asyncStart', ({ server }) => {
    if (!('headersTimeout' in server)) return
    const { emit } = server
    const value = (...event: readonly unknown[]): boolean => {
      const [name, request, socket] = event as [string, IncomingMessage, Socket]
      if (name === 'upgrade' || name === 'connect') {
        attempt(() => bindEvents(socket, arrive(request.rawHeaders)))
      }
      return Reflect.apply(emit, server, event)
    }
    Object.defineProperty(server, 'emit', { value, configurable: true, writable: true })
  })
}
