import http from 'node:http'
import type { Duplex } from 'node:stream'
import { headerValue, type MockRequest } from '../contract/index.ts'
import { listenOnLoopback, type LoopbackPort } from '../ports/loopback.ts'
import { sendReply, drop, type Delivery } from './deliver.ts'
import { answerPreflight, refuseHost, textReply, withCors, type Guard } from './guard.ts'
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
  /** Decides what becomes of a request. A rejection becomes a 500. */
  handle(request: MockRequest): Promise<Delivery>
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
    (incoming, outgoing) => void serve(incoming, outgoing, options),
  )
  server.on('clientError', refuseMalformed)
  return listenOnLoopback((socket) => server.emit('connection', socket), options.port)
}

async function serve(
  incoming: http.IncomingMessage,
  outgoing: http.ServerResponse,
  options: ListenerOptions,
): Promise<void> {
  const request = new SocketRequest(incoming, outgoing, options.maxBody)
  let delivery: Delivery | undefined
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) delivery?.observer?.cut('aborted')
  })
  try {
    delivery = await decide(incoming, request, options)
    if (delivery.kind === 'drop') {
      delivery.observer?.cut('dropped')
      return await drop(outgoing, delivery.how)
    }
    if (outgoing.closed) delivery.observer?.cut('aborted')
    const reply = withCors(options.guard, request, delivery.reply)
    await sendReply(reply, request, outgoing, delivery.observer)
  } catch {
    delivery?.observer?.cut('failed')
    await drop(outgoing, 'reset')
  }
}

async function decide(
  incoming: http.IncomingMessage,
  request: SocketRequest,
  options: ListenerOptions,
): Promise<Delivery> {
  const { guard } = options
  const refusal =
    refuseHost(guard, targetAuthority(incoming.url ?? '')) ??
    refuseHost(guard, headerValue(request.rawHeaders, 'host'))
  if (refusal) return options.refused(request, { kind: 'reply', reply: refusal })
  const preflight = answerPreflight(guard, request)
  if (preflight) return { kind: 'reply', reply: preflight }
  return options.handle(request)
}

function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy()
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const { body } = textReply(
    400,
    tooLarge
      ? `mockberth: the request's head is larger than ${MAX_HEADER_SIZE} bytes\n`
      : `mockberth: this is not HTTP/1.1 (${error.code ?? error.message})\n`,
  )
  socket.end(
    `HTTP/1.1 ${tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\n` +
      `content-type: text/plain; charset=utf-8\r\ncontent-length: ${(body as Uint8Array).byteLength}\r\nconnection: close\r\n\r\n` +
      String(body),
  )
}
