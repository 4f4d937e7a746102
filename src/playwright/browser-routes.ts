import type { BrowserContext, Request, WebSocketRoute } from '@playwright/test'
import type { MockApi } from '../mocks/mock-api.ts'
import { prepareContexts, type ContextPreparation } from './every-context.ts'
import { answerRoute } from './routed-request.ts'
import { openStreamRelay, type StreamRelay } from './stream-relay.ts'

/** Routes from the pages of a worker to its mocks. */
export interface BrowserRoutes extends ContextPreparation {
  /** Never rejects. */
  close(): Promise<void>
}

/** @param mocks by the origins whose requests they answer */
export function openBrowserRoutes(mocks: ReadonlyMap<string, MockApi>): BrowserRoutes {
  let relay: Promise<StreamRelay> | undefined
  const openRelay = (): Promise<StreamRelay> => (relay ??= openStreamRelay())
  return {
    ...prepareContexts((context) => routeContext(context, mocks, openRelay)),
    async close() {
      await (await relay)?.close()
    },
  }
}

/** Routes added later are asked before these: those of a test win. */
async function routeContext(
  context: BrowserContext,
  mocks: ReadonlyMap<string, MockApi>,
  openRelay: () => Promise<StreamRelay>,
): Promise<void> {
  // WebKit takes no redirect from Playwright: there, streams come when they are whole.
  const relay = context.browser()?.browserType().name() === 'webkit' ? undefined : openRelay
  const signalOf = followRequests(context)
  for (const [origin, { name }] of mocks) {
    await context.route(beginningWith(origin), (route) =>
      answerRoute(route, { mocks, relay, signal: signalOf(route.request()) }),
    )
    const sockets = beginningWith(origin.replace(/^http/, 'ws'))
    await context.routeWebSocket(sockets, (socket) => refuseWebSocket(socket, name))
  }
}

/**
 * Gives signals that are aborted when a page lets go of a request, or of where it was redirected to, or is
 * closed.
 */
function followRequests(context: BrowserContext): (request: Request) => AbortSignal {
  const controllers = new Map<Request, AbortController>()
  context.on('requestfailed', (request) => {
    controllers.get(request.redirectedFrom() ?? request)?.abort()
  })
  context.once('close', () => {
    for (const controller of controllers.values()) controller.abort()
  })
  return (request) => {
    const controller = new AbortController()
    controllers.set(request, controller)
    return controller.signal
  }
}

async function refuseWebSocket(socket: WebSocketRoute, api: string): Promise<void> {
  console.warn(
    `mockberth: a page opened a WebSocket to ${api}, ${socket.url()}; mocks serve none yet, and it was closed. Answer it with page.routeWebSocket().`,
  )
  await socket.close({ code: 1011, reason: 'mockberth serves no WebSockets yet' })
}

function beginningWith(origin: string): RegExp {
  return new RegExp(`^${origin.replaceAll(/[.[\]]/g, String.raw`\$&`)}/`)
}
