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
    // Most events have no listener, and a context costs more than they do.
    if (this.listenerCount(event[0]) === 0) return Reflect.apply(emit, this, event)
    return storage.run(
      carried(),
      Reflect.apply<EventEmitter, typeof event, boolean>,
      emit,
      this,
      event,
    )
  }
  Object.defineProperty(emitter, 'emit', { value, configurable: true, writable: true })
}

const CARRIED: unique symbol = Symbol('carried')

/** A socket, which is used for many requests, one after the other. */
export interface Connection extends EventEmitter {
  [CARRIED]?: Carried | undefined
}

/** Calls the listeners of a connection on behalf of the request that it is used for, until the next one. */
export function bindConnection(connection: Connection, carried: Carried | undefined): void {
  if (!isBound(connection)) bindEvents(connection, () => connection[CARRIED])
  connection[CARRIED] = carried
}

/** Whether a connection has been used on behalf of a request that is known. */
export function isBound(connection: Connection): boolean {
  return CARRIED in connection
}
