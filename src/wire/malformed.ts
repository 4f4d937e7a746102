import type { Socket } from 'node:net'
import { startTimer, stopTimer } from '../contract/timers.ts'
import { unansweredOn } from './request.ts'

/** How long a client may take to send what it had to send, before the connection is cut. */
const LINGER = 1000

const waiting = new WeakSet<Socket>()

/**
 * Answers bytes that are not HTTP and closes the connection. Replies to requests before them go
 * first; where a reply has begun that the bytes were a part of, there is only closing.
 */
export function refuseMalformed(
  error: NodeJS.ErrnoException,
  socket: Socket,
  maxHeaderSize: number,
): void {
  if (!socket.writable) {
    // It was refused, and is read to its end: closing with bytes unread would be a reset, which can
    // take the answer away from the client.
    if (socket.readableEnded) socket.destroy()
    return
  }
  if (waiting.has(socket)) return
  const [first, ...others] = unansweredOn(socket)
  const last = others.at(-1) ?? first
  if (last === undefined) return refuse(error, socket, maxHeaderSize)
  if (last.incoming.complete) {
    waiting.add(socket)
    last.outgoing.once('close', () => refuse(error, socket, maxHeaderSize))
  } else if (last === first && !first.outgoing.headersSent) {
    refuse(error, socket, maxHeaderSize)
  } else {
    socket.destroy()
  }
}

function refuse(error: NodeJS.ErrnoException, socket: Socket, maxHeaderSize: number): void {
  if (!socket.writable) return
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const status = isTooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request'
  const text = isTooLarge
    ? `mockberth: the request's head is larger than ${maxHeaderSize} bytes. Send less in its URL and its headers.\n`
    : `mockberth: this is not HTTP/1.1 (${error.code ?? error.message}). A mock's URL begins with http://, and its clients speak plain HTTP/1.1.\n`
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
  const deadline = startTimer(() => socket.destroy(), LINGER).unref()
  socket.once('close', () => stopTimer(deadline))
}
