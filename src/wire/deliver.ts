import { once } from 'node:events'
import { STATUS_CODES, type ServerResponse } from 'node:http'
import {
  filterHeaders,
  headerValue,
  headerValues,
  type ByteStream,
  type RawHeaders,
  type Reply,
} from '../contract/index.ts'
import { onNextTurn } from '../contract/timers.ts'
import { toLatin1 } from './latin1.ts'
import type { SocketRequest } from './request.ts'

/** The head of a reply as it is sent. */
export interface ReplyHead {
  readonly status: number
  readonly statusText: string
  readonly rawHeaders: RawHeaders
}

/**
 * Told what becomes of a reply, always before the client can know it. That the client went away,
 * the request tells.
 */
export interface DeliveryObserver {
  /** Before the first byte. */
  begin(head: ReplyHead): void
  chunk(bytes: Uint8Array): void
  /** Before the last byte. */
  end(): void
  /** The client will not get the whole reply, because it broke (`failed`) or on purpose. */
  cut(why: 'failed' | 'dropped', error?: unknown): void
}

/** What is to happen to a request's connection. */
export type Delivery =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly observer?: DeliveryObserver }
  | {
      readonly kind: 'drop'
      readonly how: 'reset' | 'close'
      readonly observer?: DeliveryObserver
    }

/** Headers that describe one connection and not the message (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Whether a header (lower case) says something about one connection only. */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name)
}

/** The names (lower case) of the headers that a Connection header says are about one connection. */
export function namedByConnection(rawHeaders: RawHeaders): Set<string> {
  const names = headerValues(rawHeaders, 'connection').flatMap((value) => value.split(','))
  return new Set(names.map((name) => name.trim().toLowerCase()))
}

/** Closes the connection without an answer: at once (`reset`, RST) or in order (`close`, FIN). */
export async function drop({ outgoing }: SocketRequest, how: 'reset' | 'close'): Promise<void> {
  // A pipelined response gets its socket when the ones before it are done.
  if (outgoing.socket === null && !outgoing.destroyed) await once(outgoing, 'socket')
  if (how === 'reset') outgoing.socket?.resetAndDestroy()
  else outgoing.socket?.destroy()
}

/**
 * Writes a reply with a framing that is true, whatever its headers claim.
 *
 * @returns undefined where there was nothing to wait for
 */
export function sendReply(
  reply: Reply,
  request: SocketRequest,
  observer: DeliveryObserver | undefined,
): Promise<void> | undefined {
  const { body } = reply
  if (isBodiless(request.method, reply.status)) {
    if (isStream(body)) body.cancel()
    const length = bodilessLength(request.method, reply)
    return sendWhole(framed(reply, length), undefined, request, observer)
  }
  if (isStream(body)) return sendStream(reply, body, request, observer)
  const head = framed(reply, String(body?.byteLength ?? 0))
  return sendWhole(head, body, request, observer)
}

/** Not by `instanceof`: jsdom and VM contexts bring a `Uint8Array` of their own. */
function isStream(body: Reply['body']): body is ByteStream {
  return body !== undefined && 'next' in body
}

function sendWhole(
  head: ReplyHead,
  body: Uint8Array | undefined,
  request: SocketRequest,
  observer: DeliveryObserver | undefined,
): Promise<void> | undefined {
  const drained = request.body.drained()
  if (drained !== undefined) return drained.then(() => sendNow(head, body, request, observer))
  sendNow(head, body, request, observer)
  return undefined
}

function sendNow(
  head: ReplyHead,
  body: Uint8Array | undefined,
  request: SocketRequest,
  observer: DeliveryObserver | undefined,
): void {
  if (request.gone) return
  observer?.begin(head)
  if (body !== undefined) observer?.chunk(body)
  observer?.end()
  writeHead(request.outgoing, head)
  endWithOthers(request.outgoing, body)
}

let ending: [outgoing: ServerResponse, body: Uint8Array | undefined][] = []

/**
 * Sends a reply at the end of this turn of the event loop, with those to all requests that came in
 * it: the first write wakes a client that sleeps, which is most of its cost, and the others find it
 * awake. Until then nothing has left, not even the head.
 */
function endWithOthers(outgoing: ServerResponse, body: Uint8Array | undefined): void {
  ending.push([outgoing, body])
  if (ending.length === 1) onNextTurn(endAll)
}

function endAll(): void {
  const replies = ending
  ending = []
  for (const [outgoing, body] of replies) {
    if (body === undefined || body.byteLength > AS_TEXT) outgoing.end(body)
    else outgoing.end(toLatin1(body), 'latin1')
  }
}

/** Up to so many bytes are given to Node as text, which it joins with the head: that is one write of one piece. */
const AS_TEXT = 2048

async function sendStream(
  reply: Reply,
  body: ByteStream,
  request: SocketRequest,
  observer: DeliveryObserver | undefined,
): Promise<void> {
  const { outgoing } = request
  if (request.gone) return body.cancel()
  request.onGone(() => body.cancel())
  const declared = declaredLength(reply.rawHeaders)
  const head = framed(reply, declared === undefined ? undefined : String(declared))
  observer?.begin(head)
  writeHead(outgoing, head)
  // As flushHeaders() does, which takes header values for UTF-8 and changes their bytes.
  outgoing.write('', 'latin1')
  try {
    await pump(body, declared, request, observer, async (last) => {
      await request.body.drained()
      if (request.gone) return
      if (last !== undefined) observer?.chunk(last)
      observer?.end()
      outgoing.end(last)
    })
  } catch (error) {
    if (request.gone) return
    observer?.cut('failed', error)
    await drop(request, 'reset')
  }
}

/** Writes all but the chunk with which the reply ends; that one is left to `finish`. */
async function pump(
  body: ByteStream,
  declared: number | undefined,
  request: SocketRequest,
  observer: DeliveryObserver | undefined,
  finish: (last: Uint8Array | undefined) => Promise<void>,
): Promise<void> {
  let sent = 0
  for (;;) {
    const chunk = await body.next()
    if (request.gone) return
    if (chunk === undefined) {
      if (declared !== undefined && sent < declared) throw new Error('shorter than content-length')
      return finish(undefined)
    }
    sent += chunk.byteLength
    if (declared !== undefined && sent >= declared) {
      if (sent > declared || (await body.next()) !== undefined) {
        body.cancel()
        throw new Error('longer than content-length')
      }
      return finish(chunk)
    }
    observer?.chunk(chunk)
    if (!request.outgoing.write(chunk)) await once(request.outgoing, 'drain')
  }
}

/** Whether a reply has no body whatever its headers say (RFC 9112 §6.3). */
export function isBodiless(method: string, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 304
}

function bodilessLength(method: string, { status, body, rawHeaders }: Reply): string | undefined {
  if (status === 204) return undefined
  if (method === 'HEAD' && body && !isStream(body)) return String(body.byteLength)
  return declaredLength(rawHeaders)?.toString()
}

function declaredLength(rawHeaders: RawHeaders): number | undefined {
  const value = headerValue(rawHeaders, 'content-length')
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined
}

function framed(reply: Reply, contentLength: string | undefined): ReplyHead {
  const rawHeaders = filterHeaders(
    reply.rawHeaders,
    (name) => !isHopByHop(name) && name !== 'content-length',
  )
  if (contentLength !== undefined) rawHeaders.push('content-length', contentLength)
  return {
    status: reply.status,
    statusText: reply.statusText ?? STATUS_CODES[reply.status] ?? '',
    rawHeaders,
  }
}

function writeHead(outgoing: ServerResponse, head: ReplyHead): void {
  outgoing.writeHead(head.status, head.statusText, head.rawHeaders as string[])
}
