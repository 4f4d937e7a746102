import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { MockberthError } from '../errors.ts'
import { ephemeralRange } from './ephemeral.ts'
import { LOOPBACK } from './loopback.ts'
import { isPortFree } from './preferred.ts'

/** A port for a process that will bind it later. */
export interface PortClaim {
  readonly port: number
  /** Lets others claim it. */
  release(): void
}

/** Where claims come from: above the ports that services have by custom and browsers refuse. */
const FIRST = 20_000
const LAST = 65_535
const MOST_TRIES = 200

/**
 * Claims a port that nobody listens on, and that the system gives to nobody who asks for any port,
 * where its settings leave such ports. No other claim on this machine gets it, whosever the process
 * is: the UDP port of the same number is bound meanwhile, which only one process can do, which keeps
 * no TCP listener from the port, and which ends with this process, however that ends. Programs that
 * know nothing of claims can still take the port.
 *
 * @throws `NO_PORTS_LEFT`
 */
export async function claimPort(): Promise<PortClaim> {
  for (const port of randomPorts()) {
    const claim = await tryClaim(port)
    if (claim !== undefined) return claim
  }
  throw new MockberthError(
    'NO_PORTS_LEFT',
    `this machine has no port left to claim: ${MOST_TRIES} ports above ${FIRST} were in use. End programs that listen there (\`ss -tuln\` lists them).`,
  )
}

/** Claims this very port; undefined when somebody has claimed it or listens on it. */
export async function tryClaim(port: number): Promise<PortClaim | undefined> {
  const socket = createSocket('udp4')
  socket.unref()
  try {
    socket.bind({ address: LOOPBACK, port, exclusive: true })
    await once(socket, 'listening')
  } catch {
    socket.close()
    return undefined
  }
  socket.on('error', () => {})
  let isHeld = true
  const release = (): void => {
    if (isHeld) socket.close()
    isHeld = false
  }
  if (await isPortFree(port)) return { port, release }
  release()
  return undefined
}

function* randomPorts(): Generator<number> {
  const { first, last } = ephemeralRange()
  const ranges = [
    { from: FIRST, to: Math.min(first - 1, LAST) },
    { from: Math.max(last + 1, FIRST), to: LAST },
  ]
  // Where the system gives out nearly all, the claim holds at least among those who claim.
  const { from, to } = ranges.find((range) => range.to - range.from >= MOST_TRIES) ?? {
    from: FIRST,
    to: LAST,
  }
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    yield from + Math.floor(Math.random() * (to - from + 1))
  }
}
