import type { KeptBody } from '../contract/index.ts'

const NOTHING = new Uint8Array()

/** How many bytes of memory a piece is worth besides its own, nearly. */
const A_PIECE = 200

/** So many pieces are made one. */
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
    const piece = withOwnMemory(chunk.byteLength > room ? chunk.subarray(0, room) : chunk)
    if (this.#chunks === undefined) this.#chunks = [piece]
    else this.#addPiece(this.#chunks, piece)
  }

  #addPiece(chunks: Uint8Array[], piece: Uint8Array): void {
    chunks.push(piece)
    if (chunks.length - this.#joined < MOST_PIECES) return
    chunks.push(join(chunks.splice(this.#joined)))
    this.#joined += 1
  }

  /** Whether there is more than was kept. */
  get isCut(): boolean {
    return this.cut > 0
  }

  get cut(): number {
    return Math.max(0, this.size - this.#limit)
  }

  get weight(): number {
    return this.size - this.cut + A_PIECE * (this.#chunks?.length ?? 0)
  }

  get bytes(): Uint8Array {
    if (this.#chunks === undefined) return NOTHING
    if (this.#chunks.length > 1) this.#chunks = [join(this.#chunks)]
    this.#joined = 1
    return this.#chunks[0]!
  }
}

/** A small part of something large, such as of the memory that Node has small buffers share, keeps all of it. */
export function withOwnMemory(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength * 2 >= bytes.buffer.byteLength ? bytes : join([bytes])
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
  const joined = Buffer.allocUnsafeSlow(size)
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.byteLength
  }
  return joined
}
