import type { KeptBody } from '../contract/index.ts'

const NOTHING = new Uint8Array()

/** So many pieces are made one: each is worth some 200 bytes of memory, however few it has itself. */
const MOST_PIECES = 128

/** Keeps the first `limit` bytes of what is added to it. */
export class BodyKeeper implements KeptBody {
  size = 0
  readonly #limit: number
  /** Those that were made of many, and after them pieces as they came. */
  #chunks: Uint8Array[] | undefined
  #joined = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(chunk: Uint8Array): void {
    const room = this.#limit - this.size
    this.size += chunk.byteLength
    if (room <= 0 || chunk.byteLength === 0) return
    // A view would keep all of it in memory.
    const part = chunk.byteLength > room ? Buffer.from(chunk.subarray(0, room)) : chunk
    if (this.#chunks === undefined) this.#chunks = [part]
    else this.#addPiece(this.#chunks, part)
  }

  #addPiece(chunks: Uint8Array[], piece: Uint8Array): void {
    chunks.push(piece)
    if (chunks.length - this.#joined < MOST_PIECES) return
    chunks.push(Buffer.concat(chunks.splice(this.#joined)))
    this.#joined += 1
  }

  /** Whether there is more than was kept. */
  get isCut(): boolean {
    return this.cut > 0
  }

  get cut(): number {
    return Math.max(0, this.size - this.#limit)
  }

  get bytes(): Uint8Array {
    if (this.#chunks === undefined) return NOTHING
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    this.#joined = 1
    return this.#chunks[0]!
  }
}
