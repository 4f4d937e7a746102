import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { delay } from '../contract/timers.ts'
import { systemCode } from '../errors.ts'
import { authorityOf } from '../wire/hosts.ts'

/** In milliseconds: how long the first of two questions may go unanswered before the second is asked. */
const SECOND_QUESTION = 2000

/**
 * Whether something at this address answers a request with anything at all, as a program does whose
 * turn has come and a socket alone does not. It is asked `OPTIONS *`, the ping of HTTP, which makes no
 * pages and calls no API; where that goes unanswered, `GET /`.
 *
 * @param signal ends the wait; the answer is then `false`
 */
export async function speaks(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  const settled = new AbortController()
  const asked = AbortSignal.any([signal, settled.signal])
  try {
    const ping = ask(host, port, 'OPTIONS *', asked)
    const patience = delay(SECOND_QUESTION, false, { signal: asked })
    if (await Promise.race([ping, patience]).catch(() => false)) return true
    await Promise.any([ping, ask(host, port, 'GET /', asked)])
    return true
  } catch {
    return false
  } finally {
    settled.abort()
  }
}

/** Whether it answers the ping of HTTP; see {@link speaks}. */
export function answersPing(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return ask(host, port, 'OPTIONS *', signal).catch(() => false)
}

/**
 * The status of a reply to a GET of this URL, or what went wrong.
 *
 * @param signal ends the wait; there is no answer then
 */
export function statusOf(url: string, signal: AbortSignal): Promise<number | string | undefined> {
  // A certificate for a port of this machine says nothing about who has it.
  const options = { agent: false, signal, rejectUnauthorized: false } as const
  const { get } = url.startsWith('https:') ? https : http
  return new Promise((resolve) => {
    get(url, options, (reply) => {
      resolve(reply.statusCode!)
      reply.destroy()
    }).on('error', (error) => {
      resolve(signal.aborted ? undefined : (systemCode(error) ?? error.message))
    })
  })
}

/** Resolves with the first byte of an answer; rejects when there will be none. */
function ask(host: string, port: number, request: string, signal: AbortSignal): Promise<true> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, signal })
    const head = [
      `${request} HTTP/1.1`,
      `Host: ${authorityOf(host, port)}`,
      'Accept: */*',
      'Connection: close',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    socket
      .once('data', () => {
        resolve(true)
        socket.destroy()
      })
      .once('error', reject)
      .once('close', reject)
  })
}
