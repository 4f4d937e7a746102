import type { KeptBody } from '../contract/index.ts'

/** Keeps the first `limit` bytes of what is added to it. */
export class BodyKeeper implements KeptBody {
  size = 0
  #chunks: Uint8Array[] = []
  readonly #limit: number
  #room: number

  constructor(limit: number) {
    this.#limit = limit
    this.#room = limit
  }

  add(chunk: Uint8Array): void {
    this.size += chunk.byteLength
    if (this.#room === 0) return
    const part = chunk.byteLength > this.#room ? chunk.subarray(0, this.#room) : chunk
    this.#room -= part.byteLength
    this.#chunks.push(part)
  }

  /** Whether there is more than was kept. */
  get isCut(): boolean {
    return this.size > this.#limit
  }

  get bytes(): Uint8Array {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }
}
