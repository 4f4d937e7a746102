import { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { buildConnector } from 'undici'
import type { ConnectionMarks } from './timings.ts'

const unused = new WeakMap<object, ConnectionMarks>()

/** A connector of undici's that remembers of each connection when it was where. */
export function markedConnector(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    // Its type does not say that it gives back the socket.
    const socket: unknown = connect(options, callback)
    if (socket instanceof Socket) mark(socket)
  }
}

/** The marks of a connection, for the first request on it; undefined for all others. */
export function takeConnectionMarks(socket: object): ConnectionMarks | undefined {
  const marks = unused.get(socket)
  unused.delete(socket)
  return marks
}

/** Hears of everything before undici does, which sends as soon as it can. */
function mark(socket: Socket): void {
  const marks: ConnectionMarks = { begun: performance.now() }
  unused.set(socket, marks)
  socket.prependOnceListener('lookup', () => (marks.lookedUp = performance.now()))
  socket.prependOnceListener('connect', () => (marks.connected = performance.now()))
  socket.prependOnceListener('secureConnect', () => (marks.secured = performance.now()))
}
