import type { Address, Exchange } from '../contract/index.ts'
import { MockberthError } from '../errors.ts'
import { LOOPBACK } from '../ports/loopback.ts'
import type { RequestHandler } from '../responders/msw/index.ts'
import { matchExchange } from '../traffic/find.ts'
import { explainLetGo } from '../traffic/let-go.ts'
import { callerOf } from './caller.ts'
import { checkHandlers } from './plan.ts'
import type { WaitOptions } from './wait-for.ts'

/** A mock API that runs. */
export interface MockApi extends Address {
  /** Its name in the declaration. */
  readonly name: string
  /**
   * Every request so far and what became of it, in order of arrival. In long runs those that are on
   * their way, and the last 2,000 that ended: fewer where all of them, with headers and bodies, are
   * larger than 64 MiB.
   */
  readonly exchanges: readonly Exchange[]
  /** How many others there were that are no longer kept. */
  readonly exchangesLetGo: number
  /**
   * Answers with these MSW handlers before all others, until the next `reset()`. Later calls win.
   * @throws `HANDLERS_INVALID`
   */
  use(...handlers: RequestHandler[]): void
  /**
   * Forgets what `use()` added, the journal and unhandled requests; declared handlers and recorded
   * sequences are as new.
   */
  reset(): void
  /**
   * The first exchange with this method and path that is kept. A path may have `:name` for one segment and `*`
   * for anything, or be a regular expression; the query is not part of it.
   * @throws `NOT_KEPT` when there is none, but may have been among those that are no longer kept;
   * `INVALID_OPTION`
   */
  find(method: string, path?: string | RegExp): Exchange | undefined
  /**
   * The first such exchange that is complete: its reply has ended, or the connection was dropped. It
   * may be there already, or come within `timeout`. Goes on waiting through a `reset()`.
   * @throws `NOT_RECEIVED`, with what came instead; `STOPPED` when the whole set was stopped;
   * `INVALID_OPTION`, `UNKNOWN_OPTION`
   */
  waitFor(method: string, path?: string | RegExp, options?: WaitOptions): Promise<Exchange>
  /** Drops every connection and refuses new ones, as a service that is down does. */
  stop(): Promise<void>
  /**
   * Is back on the same port, with all it had.
   * @throws `PORT_TAKEN` when another program bound the port meanwhile; `STOPPED` when the whole
   * set was stopped
   */
  start(): Promise<void>
}

/** How an API goes down, and comes back. */
export type Outages = Pick<MockApi, 'stop' | 'start'>

/** What a test reaches through its API is that of its scope. */
export interface InScope extends Outages {
  exchanges(): readonly Exchange[]
  exchangesLetGo(): number
  use(handlers: readonly RequestHandler[], place: () => string | undefined): void
  reset(): void
  waitFor: MockApi['waitFor']
}

function notKept(api: string, letGo: number): MockberthError {
  const text = `find() cannot tell whether ${api} has received this. ${explainLetGo(api, letGo)[0]}`
  return new MockberthError('NOT_KEPT', text)
}

/** A mock API as one test sees it. */
export function createMockApi(name: string, url: string, port: number, inScope: InScope): MockApi {
  return {
    name,
    url,
    hostname: LOOPBACK,
    port,
    get exchanges() {
      return inScope.exchanges()
    },
    use: function use(...added) {
      inScope.use(checkHandlers(`apis.${name}.use()`, added), callerOf(use))
    },
    reset: () => inScope.reset(),
    get exchangesLetGo() {
      return inScope.exchangesLetGo()
    },
    find(method, path) {
      const found = inScope.exchanges().find(matchExchange('find()', method, path))
      const letGo = inScope.exchangesLetGo()
      if (found === undefined && letGo > 0) throw notKept(name, letGo)
      return found
    },
    waitFor: (method, path, options) => inScope.waitFor(method, path, options),
    stop: () => inScope.stop(),
    start: () => inScope.start(),
  }
}
