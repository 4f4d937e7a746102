import type { Exchange, Scope } from '../contract/index.ts'
import { startTimer, stopTimer } from '../contract/timers.ts'
import { invalidOption, MockberthError, refuseUnknownOptions } from '../errors.ts'
import { matchExchange } from '../traffic/find.ts'
import { exchangesOf, isComplete, letGoOf } from '../traffic/journal.ts'

/** Options of `apis.x.waitFor()`. */
export interface WaitOptions {
  /** How long, in milliseconds, from 0 to 3600000 (one hour). Default 3000. */
  readonly timeout?: number | undefined
}

/** Those who wait for exchanges of one API. */
export interface Waiting {
  /** As `MockApi` has it. */
  waitFor(method: string, path?: string | RegExp, options?: WaitOptions): Promise<Exchange>
  /** No more will come: who waits gets this error, and so does who waits from now on. */
  end(createError: () => MockberthError): void
}

const NAME = 'waitFor()'

/** Less than the five seconds after which Vitest ends a test, and says nothing of requests. */
const DEFAULT_TIMEOUT = 3000

export function createWaiting(api: string, scope: Scope): Waiting {
  const pending = new Set<(why: 'ended') => void>()
  let endedBy: (() => MockberthError) | undefined
  return {
    async waitFor(method, path, options = {}) {
      const timeout = timeoutOf(options)
      const matches = matchExchange(NAME, method, path)
      const known = exchangesOf(scope, api).find((one) => matches(one) && isComplete(one))
      if (known !== undefined) return known
      if (endedBy !== undefined) throw endedBy()
      const isWanted = (exchange: Exchange): boolean => exchange.api === api && matches(exchange)
      const next = await nextExchange(scope, isWanted, timeout, pending)
      if (next === 'ended') throw endedBy!()
      if (next !== 'late') return next
      const seen = exchangesOf(scope, api)
      const letGo = letGoOf(scope, api)
      const { explainNotReceived } = await import('../report/received/not-received.ts')
      const text = explainNotReceived({ api, method, path, timeout, letGo }, seen)
      throw new MockberthError('NOT_RECEIVED', text)
    },
    end(createError) {
      endedBy = createError
      for (const resolve of pending) resolve('ended')
    },
  }
}

async function nextExchange(
  { watchers }: Scope,
  isWanted: (exchange: Exchange) => boolean,
  timeout: number,
  pending: Set<(why: 'ended') => void>,
): Promise<Exchange | 'late' | 'ended'> {
  const { promise, resolve } = Promise.withResolvers<Exchange | 'late' | 'ended'>()
  const watch = (exchange: Exchange): void => {
    if (isWanted(exchange)) resolve(exchange)
  }
  const timer = startTimer(resolve, timeout, 'late')
  watchers.add(watch)
  pending.add(resolve)
  const result = await promise
  stopTimer(timer)
  watchers.delete(watch)
  pending.delete(resolve)
  return result
}

function timeoutOf(options: WaitOptions): number {
  if (typeof options !== 'object' || options === null) {
    throw invalidOption(NAME, 'the options', options, 'an object')
  }
  refuseUnknownOptions(NAME, options, ['timeout'])
  const { timeout = DEFAULT_TIMEOUT } = options
  assertTimeout(NAME, timeout)
  return timeout
}

/** @throws `INVALID_OPTION` */
export function assertTimeout(where: string, timeout: number): void {
  if (Number.isInteger(timeout) && timeout >= 0 && timeout <= 3_600_000) return
  const takes = 'a number of milliseconds, from 0 to 3600000 (one hour)'
  throw invalidOption(where, 'timeout', timeout, takes)
}
