import { randomUUID } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { listenOnLoopback, LOOPBACK } from '../ports/loopback.ts'

/**
 * Hands replies of mocks that go on and on to pages: Playwright gives a page a routed reply only when
 * it is whole, but lets it redirect the page to here.
 */
export interface StreamRelay {
  /**
   * @param isReadable whether the page may read the reply
   * @returns where the reply can be had, once
   */
  offer(reply: IncomingMessage, isReadable: boolean): string
  /** Never rejects. */
  close(): Promise<void>
}

interface Offer {
  readonly reply: IncomingMessage
  readonly isReadable: boolean
}

/** Headers of this connection, and those that the page got with the redirect, or gets from here. */
const OWN_HEADERS =
  /^(?:connection|keep-alive|transfer-encoding|set-cookie|access-control-allow-(?:origin|credentials))$/

/** @throws `NO_PORTS_LEFT`, `BIND_FAILED` */
export async function openStreamRelay(): Promise<StreamRelay> {
  const offers = new Map<string, Offer>()
  const server = http.createServer((incoming, outgoing) => {
    const path = incoming.url ?? ''
    const offer = offers.get(path)
    if (offer === undefined) return void outgoing.writeHead(404).end()
    allowOrigin(incoming, outgoing, offer)
    // Where the request has headers of the page's own, the browser asks before it follows.
    if (incoming.method === 'OPTIONS') return void outgoing.writeHead(204).end()
    offers.delete(path)
    pass(offer.reply, outgoing)
  })
  const port = await listenOnLoopback((socket) => server.emit('connection', socket))
  return {
    offer(reply, isReadable) {
      const path = `/${randomUUID()}`
      offers.set(path, { reply, isReadable })
      reply.once('close', () => offers.delete(path))
      return `http://${LOOPBACK}:${port.port}${path}`
    },
    close: () => port.close(),
  }
}

/** After a redirect from one origin to another, a browser says `null` for the page's. */
function allowOrigin(incoming: IncomingMessage, outgoing: ServerResponse, offer: Offer): void {
  const { origin, 'access-control-request-headers': names } = incoming.headers
  if (origin === undefined || !offer.isReadable) return
  outgoing.setHeader('access-control-allow-origin', origin)
  outgoing.setHeader('access-control-allow-credentials', 'true')
  if (names !== undefined) outgoing.setHeader('access-control-allow-headers', names)
}

function pass(reply: IncomingMessage, outgoing: ServerResponse): void {
  for (const [name, values] of Object.entries(reply.headersDistinct)) {
    if (!OWN_HEADERS.test(name)) outgoing.setHeader(name, values!)
  }
  outgoing.writeHead(reply.statusCode!)
  outgoing.flushHeaders()
  outgoing.once('close', () => reply.destroy())
  reply.once('error', () => outgoing.destroy())
  reply.pipe(outgoing)
}
