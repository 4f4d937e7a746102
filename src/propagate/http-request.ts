import type { ClientRequest } from 'node:http'
import { hostnameInPath, valuesInHead, type OutgoingRequest } from './outgoing-request.ts'

/**
 * Where Node keeps the whole head of a request that takes no more headers. Where they are given as an
 * array, or one of them is Expect, that is when it is made; it is sent later.
 */
const HEAD = '_header'

/** A request of node:http or node:https. */
export type HttpRequest = ClientRequest & {
  readonly socketPath?: string
  [HEAD]?: string | null
  /** What waits for a connection: with Expect, the head is among it. */
  readonly outputData?: readonly { data: unknown }[]
}

/** What is asked of a request and done to it, before it is sent. */
export function ofHttp(request: HttpRequest): OutgoingRequest {
  return {
    method: request.method,
    hostname: hostnameInPath(request.path) ?? (request.socketPath ? '' : request.host),
    values: (name) =>
      request.headersSent
        ? valuesInHead(request[HEAD] ?? '', name)
        : [request.getHeader(name) ?? []].flat().map(String),
    add(name, value) {
      if (request.headersSent) addToHead(request, name, value)
      else request.appendHeader(name, value)
    },
  }
}

function addToHead(request: HttpRequest, name: string, value: string): void {
  const head = request[HEAD]
  if (!head?.endsWith('\r\n\r\n')) return
  const longer = `${head.slice(0, -2)}${name}: ${value}\r\n\r\n`
  request[HEAD] = longer
  for (const waiting of request.outputData ?? []) if (waiting.data === head) waiting.data = longer
}
