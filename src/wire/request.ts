import type { IncomingMessage, ServerResponse } from 'node:http'
import type { MockRequest, RawHeaders, RequestBody } from '../contract/index.ts'
import { BodyKeeper } from './kept-body.ts'

/** The body of a request on a socket: consumed at most once, kept up to a limit on its way. */
export class IncomingBody implements RequestBody {
  readonly present: boolean
  readonly kept: BodyKeeper
  readonly #incoming: IncomingMessage
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #attached = false
  #draining = false
  #settled: boolean
  #onSettled: (() => void) | undefined

  constructor(incoming: IncomingMessage, limit: number) {
    const { headers } = incoming
    this.present =
      headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
    this.kept = new BodyKeeper(limit)
    this.#incoming = incoming
    this.#settled = !this.present
  }

  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        if (this.#settled) controller.close()
        else this.#controller = controller
      },
      pull: () => {
        this.#attach()
        this.#incoming.resume()
      },
      cancel: () => {
        this.#controller = undefined
      },
    })
  }

  /** Resolves when the rest has arrived, or when nothing more of it will be kept. */
  drained(): Promise<void> | undefined {
    if (this.#settled) return undefined
    this.#draining = true
    this.#attach()
    this.#incoming.resume()
    if (this.kept.full) return undefined
    return new Promise((resolve) => {
      this.#onSettled = resolve
    })
  }

  #attach(): void {
    if (this.#attached) return
    this.#attached = true
    this.#incoming.on('data', (chunk: Buffer) => this.#onData(chunk))
    this.#incoming.once('end', () => this.#settle())
    this.#incoming.on('error', (error) => this.#settle(error))
    this.#incoming.once('close', () => this.#settle(new Error('the client closed the connection')))
  }

  #onData(chunk: Buffer): void {
    this.kept.add(chunk)
    this.#controller?.enqueue(chunk)
    if (this.#draining) {
      if (this.kept.full) this.#onSettled?.()
      return
    }
    if ((this.#controller?.desiredSize ?? 0) <= 0) this.#incoming.pause()
  }

  #settle(error?: Error): void {
    if (this.#settled) return
    this.#settled = true
    if (error === undefined) this.#controller?.close()
    else this.#controller?.error(error)
    this.#controller = undefined
    this.#onSettled?.()
  }
}

/** A request that came in through a socket. */
export class SocketRequest implements MockRequest {
  readonly method: string
  readonly target: string
  readonly rawHeaders: RawHeaders
  readonly body: IncomingBody
  #abort: AbortController | undefined
  #aborted = false

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, maxBody: number) {
    this.method = incoming.method ?? 'GET'
    this.target = originForm(incoming.url ?? '/')
    this.rawHeaders = incoming.rawHeaders
    this.body = new IncomingBody(incoming, maxBody)
    incoming.on('error', ignore)
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) this.#onAbort()
    })
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#aborted) this.#abort.abort()
    return this.#abort.signal
  }

  #onAbort(): void {
    this.#aborted = true
    this.#abort?.abort()
  }
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
