import type { EventEmitter } from 'node:events'
import type { Carried } from './carried.ts'
import { bindEvents, currentCarried } from './context.ts'
import { currentFor, type UndiciRequest } from './undici-request.ts'
import { watch } from './watch.ts'

/**
 * Lets the events of undici's replies be on behalf of those who asked. undici keeps its connections, and
 * without this what comes over one is on behalf of whoever opened it. node:http sees to it itself.
 */
export function followReplies(): void {
  const askedFor = new WeakMap<UndiciRequest, Carried>()
  /** What the last request carries that was sent over a connection. */
  const sentOver = new WeakMap<EventEmitter, Carried | undefined>()
  watch<{ readonly request: UndiciRequest }>('undici:request:create', ({ request }) => {
    const carried = currentFor(request, currentCarried)
    if (carried !== undefined) askedFor.set(request, carried)
  })
  watch<{ readonly request: UndiciRequest; readonly socket: UndiciSocket }>(
    'undici:client:sendHeaders',
    ({ request, socket }) => {
      // The many streams of an HTTP/2 connection have events of their own.
      if (socket.alpnProtocol === 'h2') return
      if (!sentOver.has(socket)) bindEvents(socket, () => sentOver.get(socket))
      sentOver.set(socket, askedFor.get(request))
    },
  )
}

interface UndiciSocket extends EventEmitter {
  readonly alpnProtocol?: string | false | null
}
