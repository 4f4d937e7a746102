import { AsyncLocalStorage } from 'node:async_hooks'
import type { EventEmitter } from 'node:events'
import type { Carried } from './carried.ts'

const storage = new AsyncLocalStorage<Carried | undefined>()

/** What the request carries on whose behalf this code runs. */
export function currentCarried(): Carried | undefined {
  return storage.getStore()
}

/** Makes it what is carried from here on, until this turn of the event loop is over. */
export function enterCarried(carried: Carried | undefined): void {
  if (storage.getStore() !== carried) storage.enterWith(carried)
}

/**
 * Calls the listeners of an emitter on behalf of a request.
 *
 * @param carried what that request carries, asked at each event
 */
export function bindEvents(emitter: EventEmitter, carried: () => Carried | undefined): void {
  const { emit } = emitter
  const value = function (this: EventEmitter, ...event: Parameters<EventEmitter['emit']>): boolean {
    return storage.run(carried(), () => Reflect.apply(emit, this, event))
  }
  Object.defineProperty(emitter, 'emit', { value, configurable: true, writable: true })
}
