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

/** What a listener needs to know. */
export interface ListenerOptions {
  /** The port to take; 0 for any free one. */
  readonly port: number
  readonly guard: Guard
  /** How many bytes of each request body are kept for the journal. */
  readonly maxBody: number
  /** Decides what becomes of a request. A rejection resets the connection. */
  handle(request: MockRequest): Delivery | Promise<Delivery>
  /** Decides what becomes of a request that the guard turned away. */
  refused(request: MockRequest, delivery: Delivery): Delivery
}

/** Starts to serve HTTP/1.1 on a loopback port. */
export function openListener(options: ListenerOptions): Promise<LoopbackPort> {
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
      void serve(new SocketRequest(incoming, outgoing, options.maxBody), options),
  )
  server.on('clientError', (error, socket) =>
    refuseMalformed(error, socket as Socket, MAX_HEADER_SIZE),
  )
  return listenOnLoopback((socket) => server.emit('connection', socket), options.port)
}

async function serve(request: SocketRequest, options: ListenerOptions): Promise<void> {
  let delivery: Delivery | undefined
  try {
    const pending = decide(request, options)
    // Waiting for what is there takes time, here and below.
    delivery = pending instanceof Promise ? await pending : pending
    if (delivery.kind === 'drop') {
      delivery.observer?.cut('dropped')
      return await drop(request, delivery.how)
    }
    const reply = withCors(options.guard, request, delivery.reply)
    const sent = sendReply(reply, request, delivery.observer)
    if (sent !== undefined) await sent
  } catch (error) {
    delivery?.observer?.cut('failed', error)
    await drop(request, 'reset')
  }
}

function decide(request: SocketRequest, options: ListenerOptions): Delivery | Promise<Delivery> {
  const { guard } = options
  const refusal =
    refuseHost(guard, targetAuthority(request.incoming.url ?? '')) ??
    refuseHost(guard, headerValue(request.rawHeaders, 'host'))
  if (refusal) return options.refused(request, { kind: 'reply', reply: refusal })
  const preflight = answerPreflight(guard, request)
  if (preflight) return { kind: 'reply', reply: preflight }
  const foreign = refusePage(guard, request)
  if (foreign) return options.refused(request, { kind: 'reply', reply: foreign })
  return options.handle(request)
}
