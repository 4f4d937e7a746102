import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { systemCode } from '../errors.ts'

/** A TCP socket of this machine, as Linux tells it. */
export interface TcpSocket {
  readonly port: number
  /** To what it is bound, as people write it. */
  readonly address: string
  readonly inode: string
  readonly isListening: boolean
}

/** A socket that a process has open. */
export interface OpenSocket {
  /** Where Linux says so: `/proc/1234/fd/21`. */
  readonly link: string
  readonly inode: string
}

const LISTEN = '0A'

/** All TCP sockets of this machine, in whichever state. */
export function tcpSockets(): TcpSocket[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    textOf(file)
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
        const [address, port] = local!.split(':')
        return {
          port: Number.parseInt(port!, 16),
          address: addressOf(address!),
          inode: inode!,
          isListening: state === LISTEN,
        }
      }),
  )
}

/** Those that listen. */
export function listeningSockets(): TcpSocket[] {
  return tcpSockets().filter(({ isListening }) => isListening)
}

/** The sockets that a process has open; undefined when it is another user's, none if it has ended. */
export function socketsOf(pid: number): OpenSocket[] | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => socketAt(`/proc/${pid}/fd/${fd}`))
  } catch (error) {
    return systemCode(error) === 'EACCES' ? undefined : []
  }
}

/** All processes of this machine. */
export function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/** How a process was started, on one line. */
export function commandOf(pid: number): string {
  return textOf(`/proc/${pid}/cmdline`)
    .replaceAll(/\s*[\0\n]\s*/g, ' ')
    .trim()
}

/** Whether a process still has a socket open: it has not ended, nor closed it. */
export function isOpen({ link, inode }: OpenSocket): boolean {
  return socketAt(link).some((socket) => socket.inode === inode)
}

function socketAt(link: string): OpenSocket[] {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1]
    return inode === undefined ? [] : [{ link, inode }]
  } catch {
    // It was closed meanwhile.
    return []
  }
}

/** Nothing where there is no such file: without IPv6, or when a process has ended. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Words of four bytes, each in the order of the machine. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).toReversed(),
  )
  if (bytes.length === 4) return bytes.join('.')
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff
  if (isMapped) return bytes.slice(12).join('.')
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bytes[2 * index]! << 8) | bytes[2 * index + 1]!).toString(16),
  )
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
