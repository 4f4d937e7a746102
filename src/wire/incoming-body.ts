import type { IncomingMessage } from 'node:http'
import type { RequestBody } from '../contract/index.ts'
import { BodyKeeper } from './kept-body.ts'

/** Up to this many bytes are remembered, for when a body is read and then passed on: as many as are recorded. */
const REMEMBERED = 64 * 1024 * 1024

const GONE = `the beginning of this body is gone: it is when more than ${REMEMBERED} bytes have been read, and behind the reply when more have come than maxBody; read it whole before`

/** Of all requests without a body. */
const NOTHING = new BodyKeeper(0)

/** The body of a request on a socket: kept up to a limit on its way to whoever reads it. */
export class IncomingBody implements RequestBody {
  readonly present: boolean
  readonly kept: BodyKeeper
  readonly #incoming: IncomingMessage
  /** As the client declared it; NaN where it did not. */
  readonly #length: number
  /** Every chunk so far; undefined when they became too many. */
  #remembered: Buffer[] | undefined = []
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #attached = false
  #draining = false
  #settled: boolean
  #error: Error | undefined
  #onDrained: (() => void) | undefined

  constructor(incoming: IncomingMessage, limit: number) {
    const { headers } = incoming
    this.#length = Number(headers['content-length'] ?? Number.NaN)
    this.present = headers['transfer-encoding'] !== undefined || this.#length > 0
    this.kept = this.present ? new BodyKeeper(limit) : NOTHING
    this.#incoming = incoming
    this.#settled = !this.present
  }

  /** The body from its first byte. A stream that was given out before gets no more of it. */
  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => this.#start(controller),
        pull: async () => {
          // What came in one packet with the head is there when Node has read on.
          await undefined
          this.#receive()
        },
        cancel: () => {
          this.#controller = undefined
        },
      },
      { highWaterMark: 0 },
    )
  }

  /** Resolves when the rest has arrived, or more of it than is kept. */
  drained(): Promise<void> | undefined {
    this.#remembered = undefined
    if (this.#settled) return undefined
    this.#draining = true
    this.#receive()
    if (this.#settled || this.kept.isCut) return undefined
    return new Promise((resolve) => {
      this.#onDrained = resolve
    })
  }

  #start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#takeWhole()
    this.#controller?.error(new Error('the request was passed on, and its body with it'))
    this.#controller = undefined
    const beginning = this.#remembered ?? (this.kept.isCut ? undefined : [this.kept.bytes])
    if (beginning === undefined) {
      controller.error(new Error(GONE))
      return
    }
    for (const chunk of beginning) controller.enqueue(chunk)
    if (!this.#settled) this.#controller = controller
    else if (this.#error === undefined) controller.close()
    else controller.error(this.#error)
  }

  #receive(): void {
    this.#takeWhole()
    if (this.#settled) return
    this.#attach()
    this.#incoming.resume()
  }

  /** Takes a body that is there already: waiting for its events takes time. */
  #takeWhole(): void {
    if (this.#attached || this.#settled || this.#incoming.readableLength !== this.#length) return
    this.#take(this.#incoming.read() as Buffer)
    this.#settle()
  }

  #attach(): void {
    if (this.#attached) return
    this.#attached = true
    const gone = (): void => {
      // An error takes a stack, which takes time.
      if (!this.#settled) this.#settle(new Error('the client closed the connection'))
    }
    if (this.#incoming.destroyed) return gone()
    this.#incoming.on('data', (chunk: Buffer) => this.#onData(chunk))
    this.#incoming.once('end', () => this.#settle())
    this.#incoming.once('close', gone)
  }

  #take(chunk: Buffer): void {
    this.kept.add(chunk)
    if (this.kept.size > REMEMBERED) this.#remembered = undefined
    this.#remembered?.push(chunk)
    this.#controller?.enqueue(chunk)
  }

  #onData(chunk: Buffer): void {
    this.#take(chunk)
    if (this.#draining) {
      if (this.kept.isCut) this.#onDrained?.()
      return
    }
    if ((this.#controller?.desiredSize ?? 0) <= 0) this.#incoming.pause()
  }

  #settle(error?: Error): void {
    if (this.#settled) return
    this.#settled = true
    this.#error = error
    if (error === undefined) this.#controller?.close()
    else this.#controller?.error(error)
    this.#controller = undefined
    this.#onDrained?.()
  }
}
