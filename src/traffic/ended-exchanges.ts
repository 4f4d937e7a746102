import type { EndedExchanges, Exchange } from '../contract/index.ts'

/** How much is kept. The last exchange is, however large. */
export interface Limits {
  readonly exchanges: number
  readonly bytes: number
}

/** An exchange, and how many bytes it has. */
interface Weighed extends Exchange {
  readonly weight: number
}

/** Exchanges in the order in which they ended. */
export class EndedQueue implements EndedExchanges {
  letGo = 0
  readonly #limits: Limits
  // Two stacks: the one on top of `older` goes first, and when there is none, `newer` is turned over.
  #older: Weighed[] = []
  #newer: Weighed[] = []
  #weight = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Takes one more, and lets go of as many as are too many then. */
  add(exchange: Weighed): void {
    this.#newer.push(exchange)
    this.#weight += exchange.weight
    while (this.#isTooMuch()) this.#letGoOfFirst()
  }

  all(): Exchange[] {
    return [...this.#older, ...this.#newer]
  }

  clear(): void {
    this.#older = []
    this.#newer = []
    this.#weight = 0
    this.letGo = 0
  }

  #isTooMuch(): boolean {
    const count = this.#older.length + this.#newer.length
    return count > this.#limits.exchanges || (this.#weight > this.#limits.bytes && count > 1)
  }

  #letGoOfFirst(): void {
    if (this.#older.length === 0) {
      this.#older = this.#newer.toReversed()
      this.#newer = []
    }
    this.#weight -= this.#older.pop()!.weight
    this.letGo += 1
  }
}
