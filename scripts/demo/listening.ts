import { existsSync, readdirSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { portsOf } from '../../test/support/listeners.ts'

/** The answer to: is anything left listening? */
export interface Left {
  readonly ports: readonly number[]
  /** How that is known, for people. */
  readonly how: string
}

/**
 * What still listens when a run is over. Linux tells which process holds which listener: there, it
 * is every port of every process that has `mark` in its environment. Elsewhere it is those of the
 * run's `ports` that let somebody connect.
 */
export async function leftListening(mark: string, ports: readonly number[]): Promise<Left> {
  return existsSync('/proc/net/tcp')
    ? { ports: portsOfMarked(mark), how: 'counted in /proc for every process of the run' }
    : { ports: await openPorts(ports), how: `tried by connecting to its ${ports.length} ports` }
}

/** The ports of those given that accept connections, on 127.0.0.1 or ::1. */
export async function openPorts(ports: readonly number[]): Promise<number[]> {
  const open = await Promise.all(
    ports.map(async (port) => (await connects('127.0.0.1', port)) || (await connects('::1', port))),
  )
  return ports.filter((_, index) => open[index])
}

function portsOfMarked(mark: string): number[] {
  const marked = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && environmentOf(name).includes(mark),
  )
  return [...new Set(marked.map(Number).flatMap(portsOf))]
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    // It has ended meanwhile, or belongs to somebody else.
    return ''
  }
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
