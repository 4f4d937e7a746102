import type { KeptBody } from '../contract/index.ts'
import { toLatin1 } from './latin1.ts'

const NOTHING = new Uint8Array()

/** How many bytes of memory a piece is worth besides its own, nearly. */
const A_PIECE = 200

/** So many pieces are made one. */
const MOST_PIECES = 128

/**
 * Pieces up to so many bytes are kept as text, a character for each byte: to get memory of their own, and to
 * give it back, takes longer.
 */
const AS_TEXT = 2048

type Piece = Uint8Array | string

/** Keeps the first `limit` bytes of what is added to it. */
export class BodyKeeper implements KeptBody {
  size = 0
  readonly #limit: number
  /** Those that were made of many, and after them pieces as they came. */
  #chunks: Piece[] | undefined
  #joined = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(chunk: Uint8Array): void {
    const room = this.#limit - this.size
    this.size += chunk.byteLength
    if (room <= 0 || chunk.byteLength === 0) return
    const kept = chunk.byteLength > room ? chunk.subarray(0, room) : chunk
    const piece = kept.byteLength > AS_TEXT ? withOwnMemory(kept) : toLatin1(kept)
    if (this.#chunks === undefined) this.#chunks = [piece]
    else this.#addPiece(this.#chunks, piece)
  }

  #addPiece(chunks: Piece[], piece: Piece): void {
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
    this.#joined = 1
    const [first] = this.#chunks
    if (this.#chunks.length === 1 && typeof first === 'object') return first
    const joined = join(this.#chunks)
    this.#chunks = [joined]
    return joined
  }
}

/** A small part of something large, such as of the memory that Node has small buffers share, keeps all of it. */
export function withOwnMemory(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength * 2 >= bytes.buffer.byteLength ? bytes : join([bytes])
}

function join(pieces: readonly Piece[]): Uint8Array {
  const size = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0)
  const joined = Buffer.allocUnsafeSlow(size)
  let at = 0
  for (const piece of pieces) {
    if (typeof piece === 'string') joined.write(piece, at, 'latin1')
    else joined.set(piece, at)
    at += lengthOf(piece)
  }
  return joined
}

function lengthOf(piece: Piece): number {
  return typeof piece === 'string' ? piece.length : piece.byteLength
}
