import net from 'node:net'
import { nextTurn } from '../contract/timers.ts'
import { MockberthError, systemCode } from '../errors.ts'
import { holdPort } from './hold.ts'

export const LOOPBACK = '127.0.0.1'
export const LOOPBACK_6 = '::1'
const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH', 'EINVAL'])

/** A port that is ours on both loopback families, and elsewhere if that is wanted, and the connections that came in through it. */
export interface LoopbackPort {
  readonly port: number
  /** Stops listening and drops every connection; the port stays out of the ephemeral lottery. */
  refuse(): Promise<void>
  /**
   * Listens again.
   * @throws `PORT_TAKEN` when another process bound this very port meanwhile; `STOPPED` after
   * `close()`
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
 * @param host an address of this machine at which it can be reached, too: `0.0.0.0` and `::` are all
 * @throws `PORT_TAKEN` (preferred ports only), `NO_PORTS_LEFT`, `BIND_FAILED`
 */
export async function listenOnLoopback(
  onConnection: (socket: net.Socket) => void,
  preferred = 0,
  host?: string,
): Promise<LoopbackPort> {
  const sockets = new Set<net.Socket>()
  const track = (socket: net.Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.unref()
    onConnection(socket)
  }
  const [main, ...others] = addressesWith(host)
  const first = await listenOnAll(track, main, others, preferred)
  const { port } = first
  let { servers } = first
  let release: (() => void) | undefined
  let isClosed = false

  const stopListening = (): Promise<unknown> => {
    const closing = servers.map(closed)
    servers = []
    for (const socket of sockets) socket.destroy()
    return Promise.all(closing)
  }
  const giveBack = (): void => {
    release?.()
    release = undefined
  }
  const inTurn = takeTurns()

  return {
    port,
    refuse: () =>
      inTurn(async () => {
        if (servers.length === 0) return
        const addresses = servers.map(addressOf)
        const stopped = stopListening()
        release = holdPort(addresses, port)
        await stopped
        // A turn of the event loop, in which clients of this process notice that their idle
        // connections are gone, and will not try the next request on one of them.
        await nextTurn()
      }),
    accept: () =>
      inTurn(async () => {
        if (isClosed) throw stoppedError(port)
        if (servers.length > 0) return
        giveBack()
        servers = (await listenOnAll(track, main, others, port)).servers
      }),
    close: () =>
      inTurn(async () => {
        isClosed = true
        giveBack()
        await stopListening()
      }),
  }
}

/** Runs what it is given one after the other, whatever became of the one before. */
function takeTurns(): (task: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return (task) => (last = last.then(task, task))
}

/** Where to listen. All addresses of a family have those of loopback among them, and `::` is both families. */
function addressesWith(host: string | undefined): [string, ...string[]] {
  if (host === '::') return [host]
  if (host === '0.0.0.0') return [host, LOOPBACK_6]
  const others = host === undefined || host === LOOPBACK || host === LOOPBACK_6 ? [] : [host]
  return [LOOPBACK, LOOPBACK_6, ...others]
}

async function listenOnAll(
  onConnection: (socket: net.Socket) => void,
  main: string,
  others: readonly string[],
  preferred: number,
): Promise<{ servers: net.Server[]; port: number }> {
  // Ports that not all addresses had are kept until the end, or the system would offer them again.
  const unsuitable: net.Server[] = []
  try {
    for (;;) {
      const first = await listen(onConnection, main, preferred)
      const servers = [first]
      const { port } = first.address() as net.AddressInfo
      try {
        for (const address of others) {
          servers.push(...(await listenIfThere(onConnection, address, port)))
        }
        return { servers, port }
      } catch (error) {
        unsuitable.push(...servers)
        if (preferred !== 0 || systemCode(error) !== 'EADDRINUSE') throw error
      }
    }
  } catch (error) {
    throw bindError(error, preferred)
  } finally {
    await Promise.all(unsuitable.map(closed))
  }
}

/** Nothing for ::1 where there is no IPv6. */
async function listenIfThere(
  onConnection: (socket: net.Socket) => void,
  address: string,
  port: number,
): Promise<net.Server[]> {
  try {
    return [await listen(onConnection, address, port)]
  } catch (error) {
    if (address === LOOPBACK_6 && NO_IPV6.has(systemCode(error) ?? '')) return []
    throw error
  }
}

/** Hundreds of tests may connect in one moment; Node's own is 511. */
const BACKLOG = 4096

function listen(
  onConnection: (socket: net.Socket) => void,
  host: string,
  port: number,
): Promise<net.Server> {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, onConnection)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true, backlog: BACKLOG }, () => {
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

/** The error for those who want more of mocks that are gone. */
export function stoppedError(port: number): MockberthError {
  return new MockberthError(
    'STOPPED',
    `the mocks that had port ${port} have been stopped; start the declaration again for new ones.`,
  )
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
  const { address: tried = LOOPBACK } = error as { readonly address?: string }
  const address = tried === LOOPBACK_6 ? LOOPBACK : tried
  const message = `no port can be opened on ${address} (${code ?? String(error)}). ${bindHint(code, address)}`
  return new MockberthError('BIND_FAILED', message, { cause: error })
}

function bindHint(code: string | undefined, address: string): string {
  if (code === 'EMFILE' || code === 'ENFILE') {
    return 'Raise the limit of open files (`ulimit -n`), or start fewer mocks at once.'
  }
  return address === LOOPBACK
    ? 'Check that loopback is up, and that a firewall or sandbox allows it.'
    : `Check that ${address} is an address of this machine, and that a firewall or sandbox allows it.`
}
