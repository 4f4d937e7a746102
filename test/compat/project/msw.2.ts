// What msw 2 names differently. Copied to msw.ts where msw 2 is installed.

import type { SetupServer } from 'msw/node'

export { graphql, sse } from 'msw'

/** Starts a server that refuses all that it has no handler for. */
export function listenStrictly(server: SetupServer): void {
  server.listen({ onUnhandledRequest: 'error' })
}
