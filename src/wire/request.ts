import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { MockRequest, RawHeaders } from '../contract/index.ts'
import { IncomingBody } from './incoming-body.ts'
import { takeMarksFrom } from './marked.ts'

/** A request that came in through a socket. */
export class SocketRequest implements MockRequest {
  readonly method: string
  readonly target: string
  readonly rawHeaders: RawHeaders
  readonly marks: readonly string[]
  readonly body: IncomingBody
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  #gone = false
  #abort: AbortController | undefined
  #onGone: (() => void)[] | undefined

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, maxBody: number) {
    this.method = incoming.method ?? 'GET'
    this.target = originForm(incoming.url ?? '/')
    const { rawHeaders, marks } = takeMarksFrom(incoming.rawHeaders)
    this.rawHeaders = rawHeaders
    this.marks = marks
    this.body = new IncomingBody(incoming, maxBody)
    this.incoming = incoming
    this.outgoing = outgoing
    incoming.on('error', ignore)
    const unanswered = unansweredOn(incoming.socket)
    unanswered.add(this)
    outgoing.once('close', () => {
      unanswered.delete(this)
      if (!outgoing.writableFinished) this.leave()
    })
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#gone) this.#abort.abort()
    return this.#abort.signal
  }

  /** Whether the client went away before it had its whole reply. */
  get gone(): boolean {
    return this.#gone
  }

  /** Calls back when the client goes away. */
  onGone(listener: () => void): void {
    // Most have one, for which a list that grew would have much room.
    if (this.#onGone === undefined) this.#onGone = [listener]
    else this.#onGone.push(listener)
  }

  /** The client went away. */
  leave(): void {
    if (this.#gone) return
    this.#gone = true
    for (const listener of this.#onGone ?? []) listener()
    this.#abort?.abort()
  }
}

const requests = new WeakMap<Socket, Set<SocketRequest>>()

/**
 * The requests of a connection that do not have their whole reply yet, in order. Node tells only
 * the first of them when the connection is closed; here all hear of it.
 */
export function unansweredOn(socket: Socket): Set<SocketRequest> {
  const known = requests.get(socket)
  if (known !== undefined) return known
  const unanswered = new Set<SocketRequest>()
  requests.set(socket, unanswered)
  socket.once('close', () => {
    for (const request of unanswered) request.leave()
  })
  return unanswered
}

function ignore(): void {}

const ABSOLUTE_FORM = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i

/** The authority of an absolute-form target (RFC 9112 §3.2.2), if the target has that form. */
export function targetAuthority(target: string): string | undefined {
  return ABSOLUTE_FORM.exec(target)?.[1]
}

function originForm(target: string): string {
  const path = target.replace(ABSOLUTE_FORM, '')
  if (path.startsWith('/')) return path
  return path.startsWith('?') || path === '' ? `/${path}` : path
}
