// What msw 3 names differently. Copied to msw.ts where msw 3 is installed.

import type { SetupServer } from 'msw/node'

export { sse } from 'msw'
export { graphql } from 'msw/graphql'

/** Starts a server that refuses all that it has no handler for. */
export function listenStrictly(server: SetupServer): void {
  server.listen({ onUnhandledFrame: 'error' })
}
