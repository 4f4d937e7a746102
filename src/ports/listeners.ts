import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { shortCommand } from './holders.ts'
import { LOOPBACK, LOOPBACK_6 } from './loopback.ts'
import {
  commandOf,
  isOpen,
  listeningSockets,
  processIds,
  socketsOf,
  type OpenSocket,
} from './proc-sockets.ts'

/** A TCP listener. */
interface Listener {
  readonly port: number
  /** The loopback address at which it is reached. */
  readonly host: string
}

/** What is known of the listeners of some processes. */
export interface KnownListeners {
  readonly listeners: readonly Listener[]
  /** Whether there may be more: the system does not say what some of the processes have open. */
  readonly isPartial: boolean
}

/** In milliseconds. A program that is busy leaves connections waiting. */
const LONGEST_CONNECT = 1000

/** On which ports these processes listen. Linux says, others where `lsof` is installed. */
export async function listenersOf(pids: readonly number[]): Promise<KnownListeners> {
  if (process.platform !== 'linux') return listenersByLsof(pids)
  const sockets = pids.map(socketsOf)
  const inodes = new Set(sockets.flatMap((known) => known ?? []).map(({ inode }) => inode))
  const listeners = listeningSockets()
    .filter(({ inode }) => inodes.has(inode))
    .map(({ port, address }) => ({ port, host: hostOf(address) }))
  return { listeners, isPartial: sockets.includes(undefined) }
}

/** Whether somebody listens on a port of this machine's loopback addresses. */
export async function isListenedOn(port: number): Promise<boolean> {
  if (process.platform === 'linux') return listeningOn(port).size > 0
  const refusals = await Promise.all([LOOPBACK, LOOPBACK_6].map((host) => refuses(host, port)))
  return refusals.includes(false)
}

/**
 * As `isListenedOn()`, for one who asks again and again. Linux takes tens of milliseconds to tell all
 * sockets of a machine, so they are read once: then it is looked whether its process has it open.
 *
 * @param processes who may have it
 */
export function followListener(
  port: number,
  processes: () => Promise<readonly number[]>,
): () => Promise<boolean> {
  if (process.platform !== 'linux') return () => isListenedOn(port)
  let known: OpenSocket | undefined
  let isKnowable = true
  return async () => {
    if (known !== undefined && isOpen(known)) return true
    const inodes = listeningOn(port)
    const open = isKnowable ? (await processes()).flatMap((pid) => socketsOf(pid) ?? []) : []
    known = open.find(({ inode }) => inodes.has(inode))
    // Those of other users are not told.
    isKnowable = known !== undefined
    return inodes.size > 0
  }
}

/** The sockets that listen on a port of this machine. */
function listeningOn(port: number): ReadonlySet<string> {
  const sockets = listeningSockets().filter((socket) => socket.port === port)
  return new Set(sockets.map(({ inode }) => inode))
}

/** Whether connections to this address are refused. One that is not answered in time is not. */
export function refuses(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: LONGEST_CONNECT })
    socket
      .once('connect', () => {
        resolve(false)
        // Read and ended in order: a reset is an error that many a server does not expect.
        socket.resume().end().unref()
      })
      .once('timeout', () => {
        resolve(false)
        socket.destroy()
      })
      .once('error', () => resolve(true))
  })
}

/** Who listens on a port, for people to read: `node server.js (pid 123)`; undefined if not known. */
export async function holderOf(port: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const pid = Number(await lsof(['-t', `-iTCP:${port}`, '-sTCP:LISTEN']).then(firstLine))
    return pid > 0 ? `the process ${pid}` : undefined
  }
  const inodes = listeningOn(port)
  const pid = processIds().find((one) => socketsOf(one)?.some(({ inode }) => inodes.has(inode)))
  return pid === undefined ? undefined : describeProcess(pid)
}

function describeProcess(pid: number): string {
  return `${shortCommand(commandOf(pid))} (pid ${pid})`
}

/** A listener on ::1 alone is reached there alone; others are taken to listen on 127.0.0.1, too. */
function hostOf(address: string): string {
  return address === LOOPBACK_6 ? LOOPBACK_6 : LOOPBACK
}

async function listenersByLsof(pids: readonly number[]): Promise<KnownListeners> {
  const output = await lsof(['-a', '-iTCP', '-sTCP:LISTEN', '-p', pids.join(), '-Fn'])
  if (output === undefined) return { listeners: [], isPartial: true }
  const listeners = [...output.matchAll(/^n(.*):(\d+)$/gm)].map(([, address, port]) => ({
    port: Number(port),
    host: address === `[${LOOPBACK_6}]` ? LOOPBACK_6 : LOOPBACK,
  }))
  return { listeners, isPartial: false }
}

/** What `lsof` says; undefined where there is none. It ends with 1 when it has found nothing. */
function lsof(args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('lsof', ['-nP', ...args], (error, output) =>
      resolve(error !== null && error.code !== 1 ? undefined : output),
    )
  })
}

function firstLine(text: string | undefined): string | undefined {
  return text?.split('\n')[0]
}
