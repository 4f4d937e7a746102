import { readFileSync } from 'node:fs'
import { tcpSockets } from './proc-sockets.ts'

/** A range of ports, both ends included. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/** Where systems begin to give out ports, if they do not say otherwise (RFC 6335 §6). */
const USUAL: PortRange =
  process.platform === 'linux' ? { first: 32_768, last: 60_999 } : { first: 49_152, last: 65_535 }

/** From which ports the system gives one to whoever wants any. */
export function ephemeralRange(): PortRange {
  try {
    const text = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    const [first, last] = text.trim().split(/\s+/).map(Number)
    return { first: first!, last: last! }
  } catch {
    return USUAL
  }
}

/** Whether the system may give this port to anybody. */
export function isEphemeral(port: number): boolean {
  const { first, last } = ephemeralRange()
  return port >= first && port <= last
}

/** How many ports of a range TCP sockets of this machine are bound to; undefined where it does not say. */
export function portsInUse({ first, last }: PortRange): number | undefined {
  if (process.platform !== 'linux') return undefined
  const ports = tcpSockets().map(({ port }) => port)
  return new Set(ports.filter((port) => port >= first && port <= last)).size
}
