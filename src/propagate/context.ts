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

const CARRIED: unique symbol = Symbol('carried')

/** An emitter whose listeners may be called on behalf of a request. */
export interface Emitter extends EventEmitter {
  [CARRIED]?: Carried | undefined
}

/**
 * Calls the listeners of an emitter on behalf of a request. A connection is used for many, one after the
 * other: what was said last counts.
 */
export function bindEvents(emitter: Emitter, carried: Carried | undefined): void {
  if (!isBound(emitter)) wrapEmit(emitter)
  emitter[CARRIED] = carried
}

/** Whether an emitter has been used on behalf of a request that is known. */
export function isBound(emitter: Emitter): boolean {
  return CARRIED in emitter
}

/** What the request carries on whose behalf its listeners are called. */
export function boundTo(emitter: Emitter): Carried | undefined {
  return emitter[CARRIED]
}

function wrapEmit(emitter: Emitter): void {
  const { emit } = emitter
  const value = function (this: EventEmitter, ...event: Parameters<EventEmitter['emit']>): boolean {
    // Most events have no listener, and a context costs more than they do.
    if (this.listenerCount(event[0]) === 0) return Reflect.apply(emit, this, event)
    return storage.run(
      emitter[CARRIED],
      Reflect.apply<EventEmitter, typeof event, boolean>,
      emit,
      this,
      event,
    )
  }
  Object.defineProperty(emitter, 'emit', { value, configurable: true, writable: true })
}
