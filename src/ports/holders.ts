import { readFileSync } from 'node:fs'
import { commandOf, listeningSockets, processIds, socketsOf } from './proc-sockets.ts'

/** A program that listens on a port. */
export interface PortHolder {
  /** To what it is bound: `127.0.0.1`, `0.0.0.0`, `::1`, `::`, `192.168.1.5`. */
  readonly address: string
  /** Undefined where the system does not tell this user. */
  readonly process: HoldingProcess | undefined
}

/** A process, for people to read. */
interface HoldingProcess {
  readonly pid: number
  readonly command: string
  readonly begun: Date | undefined
}

/**
 * Who listens on a port, on any address. Linux says by itself; other systems are asked by
 * `systeminformation`, which needs programs that they have, and slim images of Linux have not.
 */
export function holdersOf(port: number): Promise<readonly PortHolder[]> {
  return process.platform === 'linux' ? holdersByProc(port) : holdersBySystem(port)
}

async function holdersByProc(port: number): Promise<PortHolder[]> {
  const sockets = listeningSockets().filter((socket) => socket.port === port)
  if (sockets.length === 0) return []
  const owners = new Map<string, number>()
  for (const pid of processIds()) {
    // Children may have it from their parent, which comes first.
    for (const { inode } of socketsOf(pid) ?? []) if (!owners.has(inode)) owners.set(inode, pid)
  }
  return sockets.map(({ address, inode }) => {
    const pid = owners.get(inode)
    return { address, process: pid === undefined ? undefined : describeByProc(pid) }
  })
}

/** A command as it fits into a line of a message. */
export function shortCommand(command: string): string {
  return command.length > 80 ? `${command.slice(0, 80)}…` : command
}

function describeByProc(pid: number): HoldingProcess {
  return { pid, command: commandOf(pid), begun: begunAt(pid) }
}

/** The unit of times in /proc, in milliseconds (`getconf CLK_TCK` is 100 wherever Node runs). */
const TICK = 10

function begunAt(pid: number): Date | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    const booted = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1])
    return new Date(booted * 1000 + ticks * TICK)
  } catch {
    // It has ended.
    return undefined
  }
}

/** As `holdersOf()`, on systems that do not tell by themselves. */
export async function holdersBySystem(port: number): Promise<PortHolder[]> {
  const { networkConnections, processes } = await import('systeminformation')
  const [connections, { list }] = await Promise.all([networkConnections(), processes()])
  return connections
    .filter(({ state, localPort }) => state === 'LISTEN' && Number(localPort) === port)
    .map(({ localAddress, pid }) => {
      const found = list.find((one) => one.pid === pid)
      const begun = new Date(found?.started ?? '')
      return {
        address: localAddress === '*' ? '0.0.0.0' : localAddress.replaceAll(/[[\]]/g, ''),
        process: found && {
          pid,
          command: [found.command, found.params].join(' ').trim(),
          begun: Number.isNaN(begun.getTime()) ? undefined : begun,
        },
      }
    })
}
