import type { ClientRequest } from 'node:http'
import type { Carried } from './carried.ts'
import { bindEvents, currentCarried, type Emitter } from './context.ts'
import { currentFor, type UndiciRequest } from './undici-request.ts'
import { watch } from './watch.ts'

/**
 * Lets the events of replies be on behalf of those who asked. undici keeps its connections, and without
 * this what comes over one is on behalf of whoever opened it. node:http sees to that itself, but for the
 * time that an agent gives a connection, which begins when the one before has left it.
 */
export function followReplies(): void {
  watch<{ readonly request: ClientRequest }>('http.client.request.created', ({ request }) => {
    bindEvents(request, currentCarried())
  })
  watch<{ readonly request: Asked }>('undici:request:create', ({ request }) => {
    request[CARRIED] = currentFor(request, currentCarried)
  })
  watch<{ readonly request: Asked; readonly socket: UndiciSocket }>(
    'undici:client:sendHeaders',
    ({ request, socket }) => {
      // The many streams of an HTTP/2 connection have events of their own.
      if (socket.alpnProtocol !== 'h2') bindEvents(socket, request[CARRIED])
    },
  )
}

const CARRIED = Symbol('carried')

interface Asked extends UndiciRequest {
  [CARRIED]?: Carried | undefined
}

interface UndiciSocket extends Emitter {
  readonly alpnProtocol?: string | false | null
}
