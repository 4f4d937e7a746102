import http from 'node:http'
import type { Socket } from 'node:net'
import { headerValue, type MockRequest } from '../contract/index.ts'
import { listenOnLoopback, type LoopbackPort } from '../ports/loopback.ts'
import { sendReply, drop, type Delivery } from './deliver.ts'
import { answerPreflight, refuseHost, refusePage, withCors, type Guard } from './guard.ts'
import { refuseMalformed } from './malformed.ts'
import { SocketRequest, targetAuthority } from './request.ts'

/** Request lines and headers up to this many bytes are fine; Node's own limit is 16 KiB. */
const MAX_HEADER_SIZE = 1024 * 1024

/** What serves the requests that come to a listener. */
export interface Serving {
  readonly guard: Guard
  /** How many bytes of each request body are kept for the journal. */
  readonly maxBody: number
  /** Decides what becomes of a request. A rejection resets the connection. */
  handle(request: MockRequest): Delivery | Promise<Delivery>
  /** Decides what becomes of a request that the guard turned away. */
  refused(request: MockRequest, delivery: Delivery): Delivery
}

/** A port on which HTTP is served. */
export interface Listener extends LoopbackPort {
  /** Has all requests that begin from now on served by another. */
  serveBy(serving: Serving): void
}

/**
 * Starts to serve HTTP/1.1 on a loopback port.
 *
 * @param preferred the port to take; 0 for any free one
 * @param host the address at which it can be reached, too; undefined for none
 * @throws as `listenOnLoopback()` does
 */
export async function openListener(
  serving: Serving,
  preferred: number,
  host?: string,
): Promise<Listener> {
  let current = serving
  const server = http.createServer(
    {
      maxHeaderSize: MAX_HEADER_SIZE,
      // Clients keep their connections as long as they like: a server that closes an idle one can
      // do so just as the next request is on its way. `stop()` closes them all.
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
    },
    (incoming, outgoing) =>
      void serve(new SocketRequest(incoming, outgoing, current.maxBody), current),
  )
  server.on('clientError', (error, socket) =>
    refuseMalformed(error, socket as Socket, MAX_HEADER_SIZE),
  )
  const take = (socket: Socket): unknown => server.emit('connection', socket)
  const port = await listenOnLoopback(take, preferred, host)
  return { ...port, serveBy: (next) => void (current = next) }
}

async function serve(request: SocketRequest, serving: Serving): Promise<void> {
  let delivery: Delivery | undefined
  try {
    const pending = decide(request, serving)
    // Waiting for what is there takes time, here and below.
    delivery = pending instanceof Promise ? await pending : pending
    if (delivery.kind === 'drop') {
      delivery.observer?.cut('dropped')
      return await drop(request, delivery.how)
    }
    const reply = withCors(serving.guard, request, delivery.reply)
    const sent = sendReply(reply, request, delivery.observer)
    if (sent !== undefined) await sent
  } catch (error) {
    delivery?.observer?.cut('failed', error)
    await drop(request, 'reset')
  }
}

function decide(request: SocketRequest, serving: Serving): Delivery | Promise<Delivery> {
  const { guard } = serving
  const refusal =
    refuseHost(guard, targetAuthority(request.incoming.url ?? '')) ??
    refuseHost(guard, headerValue(request.rawHeaders, 'host'))
  if (refusal) return serving.refused(request, { kind: 'reply', reply: refusal })
  const preflight = answerPreflight(guard, request)
  if (preflight) return { kind: 'reply', reply: preflight }
  const foreign = refusePage(guard, request)
  if (foreign) return serving.refused(request, { kind: 'reply', reply: foreign })
  return serving.handle(request)
}
