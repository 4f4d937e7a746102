import net from 'node:net'
import { MockberthError, systemCode } from '../errors.ts'
import { holdPort } from './hold.ts'

export const LOOPBACK = '127.0.0.1'
const LOOPBACK_6 = '::1'
const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH', 'EINVAL'])
const ATTEMPTS = 100

/** A port that is ours on both loopback families, and the connections that came in through it. */
export interface LoopbackPort {
  readonly port: number
  /** Stops listening and drops every connection; the port stays out of the ephemeral lottery. */
  refuse(): Promise<void>
  /**
   * Listens again.
   * @throws `PORT_TAKEN` when another process bound this very port meanwhile
   */
  accept(): Promise<void>
  /** Stops listening, drops every connection, gives the port back. Never rejects. */
  close(): Promise<void>
}

/**
 * Listens on 127.0.0.1 and, at the same port, on ::1, so that nobody else can answer
 * `localhost:port` (https://github.com/nodejs/node/issues/40702). Without IPv6: on 127.0.0.1 alone.
 * Neither listeners nor connections keep the process alive.
 *
 * @param preferred the port to take; 0 for any free one
 * @throws `PORT_TAKEN` (preferred ports only), `NO_PORTS_LEFT`, `BIND_FAILED`
 */
export async function listenOnLoopback(
  onConnection: (socket: net.Socket) => void,
  preferred = 0,
): Promise<LoopbackPort> {
  const sockets = new Set<net.Socket>()
  const track = (socket: net.Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.unref()
    onConnection(socket)
  }
  const first = await listenOnBoth(track, preferred)
  const { port } = first
  let servers = first.servers
  let release: (() => void) | undefined

  const stopListening = async (): Promise<void> => {
    const closing = servers.map(closed)
    servers = []
    for (const socket of sockets) socket.destroy()
    await Promise.all(closing)
  }

  return {
    port,
    async refuse() {
      const families = servers.map(addressOf)
      const stopped = stopListening()
      release ??= holdPort(families, port)
      await stopped
    },
    async accept() {
      if (servers.length > 0) return
      release?.()
      release = undefined
      servers = (await listenOnBoth(track, port)).servers
    },
    async close() {
      release?.()
      release = undefined
      await stopListening()
    },
  }
}

async function listenOnBoth(
  onConnection: (socket: net.Socket) => void,
  preferred: number,
): Promise<{ servers: net.Server[]; port: number }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const four = await listen(onConnection, LOOPBACK, preferred).catch((error: unknown) => {
      throw bindError(error, preferred)
    })
    const { port } = four.address() as net.AddressInfo
    try {
      return { servers: [four, await listen(onConnection, LOOPBACK_6, port)], port }
    } catch (error) {
      if (NO_IPV6.has(systemCode(error) ?? '')) return { servers: [four], port }
      await closed(four)
      if (preferred !== 0 || systemCode(error) !== 'EADDRINUSE') throw bindError(error, preferred)
    }
  }
  throw bindError({ code: 'EADDRINUSE' }, 0)
}

function listen(
  onConnection: (socket: net.Socket) => void,
  host: string,
  port: number,
): Promise<net.Server> {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, onConnection)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject)
      server.unref()
      resolve(server)
    })
  })
}

function closed(server: net.Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

function addressOf(server: net.Server): string {
  return (server.address() as net.AddressInfo).address
}

function bindError(error: unknown, port: number): MockberthError {
  const code = systemCode(error)
  if (code === 'EADDRINUSE' && port !== 0) {
    return new MockberthError(
      'PORT_TAKEN',
      `port ${port} on ${LOOPBACK} or ${LOOPBACK_6} is in use by another program. End that program, or leave the port free to choose.`,
      { cause: error },
    )
  }
  if (code === 'EADDRINUSE') {
    return new MockberthError(
      'NO_PORTS_LEFT',
      `this machine has no free port left on ${LOOPBACK}: every ephemeral port is in use. End programs that hold many connections or listeners (\`ss -tan\` lists them), or widen the range (net.ipv4.ip_local_port_range on Linux).`,
      { cause: error },
    )
  }
  const hint =
    code === 'EMFILE' || code === 'ENFILE'
      ? 'too many files are open: raise the limit (`ulimit -n`), or start fewer mocks at once'
      : `cannot listen on ${LOOPBACK} (${code ?? String(error)}): check that loopback is up and that a firewall or sandbox allows it`
  return new MockberthError('BIND_FAILED', hint, { cause: error })
}
