import type { EventEmitter } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import { readCarried } from './carried.ts'
import { bindEvents, enterCarried } from './context.ts'
import { watch } from './watch.ts'

type Arrive = (rawHeaders: readonly string[], ...emitters: readonly EventEmitter[]) => void

/**
 * Knows from here on what the requests to this process's servers carry: HTTP/1, its upgrades, HTTP/2.
 *
 * @param onFirst is called when the first request comes that carries something
 */
export function followIncoming(onFirst: () => void): void {
  let isFirst = true
  const arrive: Arrive = (rawHeaders, ...emitters) => {
    const carried = readCarried(rawHeaders)
    if (carried !== undefined && isFirst) {
      isFirst = false
      onFirst()
    }
    // A connection is used by many: nothing may be left of the request before.
    enterCarried(carried)
    if (carried === undefined) return
    // Their events come from the connection.
    for (const emitter of emitters) bindEvents(emitter, () => carried)
  }
  followMessages(arrive)
  followStreams(arrive)
  followUpgrades(arrive)
}

function followMessages(arrive: Arrive): void {
  watch<{ readonly request: IncomingMessage; readonly response: ServerResponse }>(
    'http.server.request.start',
    ({ request, response }) => arrive(request.rawHeaders, request, response),
  )
}

function followStreams(arrive: Arrive): void {
  watch<{ readonly stream: ServerHttp2Stream; readonly headers: IncomingHttpHeaders }>(
    'http2.server.stream.start',
    ({ stream, headers }) => {
      const isPushed = stream.id! % 2 === 0
      if (!isPushed) arrive(Object.entries(headers as Record<string, string>).flat(), stream)
    },
  )
}

/** No channel tells of a request that becomes something else, such as a WebSocket: its server does. */
function followUpgrades(arrive: Arrive): void {
  watch<{ readonly server: Server }>('tracing:net.server.listen:asyncStart', ({ server }) => {
    if (!('headersTimeout' in server)) return
    const { emit } = server
    const value = (name: string, ...args: readonly unknown[]): boolean => {
      if (name === 'upgrade' || name === 'connect') {
        const [request, socket] = args as [IncomingMessage, EventEmitter]
        arrive(request.rawHeaders, request, socket)
      }
      return Reflect.apply(emit, server, [name, ...args])
    }
    Object.defineProperty(server, 'emit', { value, configurable: true, writable: true })
  })
}
