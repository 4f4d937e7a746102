import type {
  Candidate,
  Exchange,
  ExchangeRequest,
  ExchangeResponse,
  KeptBody,
  MockRequest,
  Outcome,
  Scope,
} from '../contract/index.ts'
import type { DeliveryObserver, ReplyHead } from '../wire/deliver.ts'
import { BodyKeeper } from '../wire/kept-body.ts'
import { KeptMessage } from './exchange-message.ts'

/** Exchanges of several APIs in the order in which their requests arrived. */
export function inOrderOfArrival(exchanges: readonly Exchange[]): Exchange[] {
  return exchanges.toSorted(
    (one, other) => (one as OpenExchange).arrival - (other as OpenExchange).arrival,
  )
}

/** Follows one request through its life and writes it into the journal of its scope. */
export interface ExchangeRecorder extends DeliveryObserver {
  readonly exchange: Exchange
  /** Says what will become of the request; the delivery may still turn it into something worse. */
  decided(outcome: Outcome, by?: Candidate): void
}

/**
 * Starts the record of a request that has just arrived. It becomes visible in the journal of its
 * API, at its place in the order of arrival, before the first byte of its reply is written, and is
 * complete before the last one. When the client goes away first, it is visible from then on.
 */
export function recordExchange(
  scope: Scope,
  api: string,
  request: MockRequest,
  maxBody: number,
): ExchangeRecorder {
  const exchanges = journalOf(scope, api)
  const exchange = new OpenExchange(api, request)
  const reply = new BodyKeeper(maxBody)
  let isCut = false
  scope.underWay.add(exchange)
  const enter = (): void => {
    scope.underWay.delete(exchange)
    insertByArrival(exchanges, exchange)
  }
  const complete = (): void => {
    exchange.close()
    // Nobody who waits in the new journal of a reset wants one of the old.
    if (scope.journals.get(api) !== exchanges) return
    for (const tell of scope.watchers) tell(exchange)
  }
  const cut = (outcome: Outcome, response: ExchangeResponse | undefined): void => {
    if (isCut) return
    isCut = true
    exchange.outcome = outcome
    exchange.response = response
    enter()
    complete()
  }
  request.onGone(() => cut('aborted', undefined))
  return {
    exchange,
    decided(outcome, by) {
      if (!isCut) exchange.outcome = outcome
      exchange.handler = by
    },
    begin(head) {
      if (isCut) return
      exchange.response = new KeptResponse(api, head, reply)
      enter()
    },
    chunk: (bytes) => reply.add(bytes),
    end() {
      if (!isCut) complete()
    },
    cut(why) {
      if (why === 'failed') cut('failed', exchange.response)
      else cut(exchange.outcome, undefined)
    },
  }
}

/** Whether nothing more will come to an exchange. */
export function isComplete(exchange: Exchange): boolean {
  return (exchange as OpenExchange).isClosed
}

function journalOf({ journals }: Scope, api: string): Exchange[] {
  const journal = journals.get(api) ?? []
  journals.set(api, journal)
  return journal
}

let arrivals = 0

class OpenExchange implements Exchange {
  readonly api: string
  readonly request: ExchangeRequest
  response: ExchangeResponse | undefined = undefined
  outcome: Outcome = 'failed'
  handler: Candidate | undefined = undefined
  readonly arrival = arrivals++
  readonly startedAt: number
  readonly #start = performance.now()
  #duration: number | undefined

  constructor(api: string, request: MockRequest) {
    this.api = api
    this.request = new KeptRequest(api, request)
    this.startedAt = performance.timeOrigin + this.#start
  }

  get duration(): number {
    return this.#duration ?? performance.now() - this.#start
  }

  get isClosed(): boolean {
    return this.#duration !== undefined
  }

  close(): void {
    this.#duration ??= performance.now() - this.#start
  }
}

class KeptRequest extends KeptMessage implements ExchangeRequest {
  readonly method: string
  readonly target: string

  constructor(api: string, request: MockRequest) {
    super(api, request.rawHeaders, request.body.kept)
    this.method = request.method
    this.target = request.target
  }

  get path(): string {
    return this.target.split('?', 1)[0]!
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.target.slice(this.path.length))
  }
}

class KeptResponse extends KeptMessage implements ExchangeResponse {
  readonly status: number
  readonly statusText: string

  constructor(api: string, head: ReplyHead, kept: KeptBody) {
    super(api, head.rawHeaders, kept)
    this.status = head.status
    this.statusText = head.statusText
  }
}

function insertByArrival(exchanges: Exchange[], exchange: OpenExchange): void {
  let index = exchanges.length
  while (index > 0 && (exchanges[index - 1] as OpenExchange).arrival > exchange.arrival) index--
  if (exchanges[index - 1] !== exchange) exchanges.splice(index, 0, exchange)
}
