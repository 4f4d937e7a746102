import { performance } from 'node:perf_hooks'
import type {
  Candidate,
  Exchange,
  Journal,
  MockRequest,
  Outcome,
  Scope,
} from '../contract/index.ts'
import type { DeliveryObserver, ReplyHead } from '../wire/deliver.ts'
import { BodyKeeper } from '../wire/kept-body.ts'
import { EndedQueue } from './ended-exchanges.ts'
import { KeptRequest, KeptResponse } from './exchange-message.ts'
import { LIMITS, sayLetGo } from './let-go.ts'

/** Exchanges of several APIs in the order in which their requests arrived. */
export function inOrderOfArrival(exchanges: readonly Exchange[]): Exchange[] {
  return exchanges.toSorted(
    (one, other) => (one as OpenExchange).arrival - (other as OpenExchange).arrival,
  )
}

/** Those of an API that are in sight, in order of arrival. */
export function exchangesOf(scope: Scope, api: string): Exchange[] {
  return inOrderOfArrival(allOf(scope, api).filter(isInSight))
}

/** Those of an API, and those to which nothing has been answered yet, in no order. */
export function allOf({ journals }: Scope, api: string): Exchange[] {
  const journal = journals.get(api)
  return journal === undefined ? [] : [...journal.ended.all(), ...journal.underWay]
}

/** How many exchanges of an API are no longer kept. */
export function letGoOf({ journals }: Scope, api: string): number {
  return journals.get(api)?.ended.letGo ?? 0
}

/** Whether nothing more will come to an exchange. */
export function isComplete(exchange: Exchange): boolean {
  return (exchange as OpenExchange).isClosed
}

function isInSight(exchange: Exchange): boolean {
  return exchange.response !== undefined || isComplete(exchange)
}

/** Follows one request through its life and writes it into the journal of its scope. */
export interface ExchangeRecorder extends DeliveryObserver {
  readonly exchange: Exchange
  /** Says what will become of the request; the delivery may still turn it into something worse. */
  decided(outcome: Outcome, by?: Candidate): void
  /** Leaves it out of the journal. Nothing else may be told of it. */
  dismiss(): void
  /** Calls back when the reply breaks that it is decided to have. */
  onBreak(listener: (error: unknown) => void): void
}

/**
 * Starts the record of a request that has just arrived. It becomes visible in the journal of its
 * API, at its place in the order of arrival, before the first byte of its reply is written, and is
 * complete before the last one. When the client goes away first, it is visible from then on.
 *
 * The journal keeps those that are still on their way, and the last that ended.
 */
export function recordExchange(
  scope: Scope,
  api: string,
  request: MockRequest,
  maxBody: number,
): ExchangeRecorder {
  const recorder = new Recorder(scope, new OpenExchange(api, request), maxBody)
  request.onGone(() => recorder.clientLeft())
  return recorder
}

interface OpenJournal extends Journal {
  readonly underWay: OpenExchange[]
  readonly ended: EndedQueue
}

function openJournal({ journals }: Scope, api: string): OpenJournal {
  const known = journals.get(api) as OpenJournal | undefined
  if (known !== undefined) return known
  const journal: OpenJournal = { underWay: [], ended: new EndedQueue(LIMITS) }
  journals.set(api, journal)
  return journal
}

/** One object for all that happens: there is one for each request. */
class Recorder implements ExchangeRecorder {
  readonly exchange: OpenExchange
  readonly #scope: Scope
  readonly #journal: OpenJournal
  readonly #maxBody: number
  #reply: BodyKeeper | undefined
  #isCut = false
  #onBreak: ((error: unknown) => void) | undefined

  constructor(scope: Scope, exchange: OpenExchange, maxBody: number) {
    this.exchange = exchange
    this.#scope = scope
    this.#journal = openJournal(scope, exchange.api)
    this.#maxBody = maxBody
    exchange.place = this.#journal.underWay.push(exchange) - 1
  }

  decided(outcome: Outcome, by?: Candidate): void {
    if (!this.#isCut) this.exchange.outcome = outcome
    this.exchange.handler = by
  }

  dismiss(): void {
    if (this.#isCut) return
    this.#isCut = true
    takeOut(this.#journal.underWay, this.exchange)
  }

  onBreak(listener: (error: unknown) => void): void {
    this.#onBreak = listener
  }

  begin(head: ReplyHead): void {
    if (this.#isCut) return
    this.#reply = new BodyKeeper(this.#maxBody)
    this.exchange.response = new KeptResponse(this.exchange.api, head, this.#reply)
  }

  chunk(bytes: Uint8Array): void {
    this.#reply?.add(bytes)
  }

  end(): void {
    if (!this.#isCut) this.#complete()
  }

  cut(why: 'failed' | 'dropped', error?: unknown): void {
    const { outcome, response } = this.exchange
    if (why === 'dropped') return this.#cut(outcome, undefined)
    this.#cut('failed', response)
    this.#onBreak?.(error)
  }

  clientLeft(): void {
    this.#cut('aborted', undefined)
  }

  #cut(outcome: Outcome, response: KeptResponse | undefined): void {
    if (this.#isCut) return
    this.#isCut = true
    this.exchange.outcome = outcome
    this.exchange.response = response
    this.#complete()
  }

  #complete(): void {
    const { exchange } = this
    const { underWay, ended } = this.#journal
    const { journals, watchers } = this.#scope
    // The client may leave before it has all that was written.
    if (!exchange.isClosed) {
      takeOut(underWay, exchange)
      exchange.close()
      ended.add(exchange)
      if (ended.letGo > 0) sayLetGo(exchange.api)
    }
    // Nobody who waits in the new journal of a reset wants one of the old.
    if (journals.get(exchange.api) !== this.#journal) return
    for (const tell of watchers) tell(exchange)
  }
}

/** The last takes its place: a list costs less than a set. */
function takeOut(underWay: OpenExchange[], { place }: OpenExchange): void {
  const last = underWay.pop()!
  if (place === underWay.length) return
  underWay[place] = last
  last.place = place
}

let arrivals = 0
const { timeOrigin } = performance

class OpenExchange implements Exchange {
  readonly api: string
  readonly request: KeptRequest
  response: KeptResponse | undefined = undefined
  outcome: Outcome = 'failed'
  handler: Candidate | undefined = undefined
  // What is for the journal alone, no snapshot of an exchange shows.
  readonly #arrival = arrivals++
  #place = 0
  #weight = 0
  readonly #start = performance.now()
  #duration: number | undefined

  constructor(api: string, request: MockRequest) {
    this.api = api
    this.request = new KeptRequest(api, request)
  }

  get startedAt(): number {
    return timeOrigin + this.#start
  }

  get duration(): number {
    return this.#duration ?? performance.now() - this.#start
  }

  get isClosed(): boolean {
    return this.#duration !== undefined
  }

  get arrival(): number {
    return this.#arrival
  }

  /** Among those that are on their way. */
  get place(): number {
    return this.#place
  }

  set place(place: number) {
    this.#place = place
  }

  /** How many bytes of memory it takes, when it is complete. */
  get weight(): number {
    return this.#weight
  }

  close(): void {
    this.#duration = performance.now() - this.#start
    const { request, response } = this
    this.#weight = request.weight + request.target.length + (response?.weight ?? 0)
  }
}
