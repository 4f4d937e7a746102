import { http, passthrough, type HttpHandler } from 'msw'
import { isLiveHost } from '../mocks/live-hosts.ts'

/**
 * A handler for an MSW `setupServer` of yours in the same process: it lets calls to mock APIs that
 * run here through, whatever it says about unhandled requests. Put it first.
 *
 * @example
 * const server = setupServer(passMockberth(), ...handlers)
 * server.listen({ onUnhandledFrame: 'error' }) // msw 2: onUnhandledRequest
 */
export function passMockberth(): HttpHandler {
  return http.all(
    ({ request }) => isLiveHost(new URL(request.url).host),
    () => passthrough(),
  )
}
