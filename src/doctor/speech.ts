import net from 'node:net'
import tls from 'node:tls'
import { systemCode } from '../errors.ts'
import { authorityOf } from '../wire/hosts.ts'

/**
 * What is heard at an address.
 *
 * - `http`, `tls`: what it speaks
 * - `greets`: it speaks first, as some databases and mail servers do
 * - `other`: it answers a request with something else
 * - `silent`: it takes connections, and says nothing
 * - `closes`: it takes connections, and ends them
 * - `refused`: nobody listens there
 * - `unreachable`: connections are neither taken nor refused, or not allowed
 */
export interface Speech {
  readonly kind:
    | 'http'
    | 'tls'
    | 'greets'
    | 'other'
    | 'silent'
    | 'closes'
    | 'refused'
    | 'unreachable'
  /** The first line that it said, or the system's code. */
  readonly detail?: string
}

/** In milliseconds: for how long each part may go unanswered. */
const PATIENCE = { connect: 2000, greeting: 200, answer: 2000 }

/** Listens to what a server at this address speaks. It is asked `OPTIONS *`, which changes nothing. */
export async function listenTo(host: string, port: number): Promise<Speech> {
  const speech = await speechOf(host, port)
  // A server of TLS does not understand the question, and some of them say so in HTTP.
  const mayBeTls = ['closes', 'silent'].includes(speech.kind) || / 400 /.test(speech.detail ?? '')
  return mayBeTls && (await speaksTls(host, port)) ? { kind: 'tls' } : speech
}

function speechOf(host: string, port: number): Promise<Speech> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port })
    let hasAsked = false
    let timer: NodeJS.Timeout | undefined
    const settle = (kind: Speech['kind'], detail?: string): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(detail === undefined ? { kind } : { kind, detail })
    }
    const wait = (milliseconds: number, then: () => void): void => {
      clearTimeout(timer)
      timer = setTimeout(then, milliseconds)
    }
    const ask = (): void => {
      hasAsked = true
      socket.write(requestFor(host, port))
      wait(PATIENCE.answer, () => settle('silent'))
    }
    wait(PATIENCE.connect, () => settle('unreachable', 'ETIMEDOUT'))
    socket
      .once('connect', () => wait(PATIENCE.greeting, ask))
      .once('data', (bytes) => settle(hasAsked ? kindOf(bytes) : 'greets', firstLineOf(bytes)))
      .once('end', () => settle('closes'))
      .once('error', (error) => settle(failureOf(systemCode(error), hasAsked), systemCode(error)))
  })
}

function requestFor(host: string, port: number): string {
  return `OPTIONS * HTTP/1.1\r\nHost: ${authorityOf(host, port)}\r\nConnection: close\r\n\r\n`
}

function kindOf(bytes: Buffer): Speech['kind'] {
  if (bytes.subarray(0, 5).toString('latin1') === 'HTTP/') return 'http'
  // An alert (RFC 8446 §5.1).
  return bytes[0] === 0x15 && bytes[1] === 0x03 ? 'tls' : 'other'
}

/** What of it can be read. */
function firstLineOf(bytes: Buffer): string {
  const [line = ''] = bytes
    .subarray(0, 200)
    .toString('latin1')
    .split(/[\r\n]/, 1)
  return line.replaceAll(/[^\x20-\x7E]+/g, ' ').trim()
}

function failureOf(code: string | undefined, hasAsked: boolean): Speech['kind'] {
  if (code === 'ECONNREFUSED') return 'refused'
  return hasAsked || code === 'ECONNRESET' || code === 'EPIPE' ? 'closes' : 'unreachable'
}

function speaksTls(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // Whether it can be trusted is not the question.
    const socket = tls.connect({ host, port, rejectUnauthorized: false, timeout: PATIENCE.answer })
    const settle = (does: boolean): void => {
      socket.destroy()
      resolve(does)
    }
    socket
      .once('secureConnect', () => settle(true))
      .once('timeout', () => settle(false))
      // An alert is TLS, too: it wants a certificate, say.
      .once('error', (error) => settle(/_ALERT_/.test(systemCode(error) ?? '')))
      .once('end', () => settle(false))
  })
}
