// The one file that knows what MSW does not document. Each fact holds for msw 2.13 to 3.0 and is
// looked for before it is used; test/compat runs it on the oldest and the newest.

import diagnosticsChannel from 'node:diagnostics_channel'
import type { RequestHandler } from 'msw'

/** What `handler.run()` came to: nothing when the handler does not match. */
interface RunResult {
  readonly response?: Response | undefined
}

/** A handler, as one server uses it. */
export interface MountedHandler {
  /** `GET /users/:login` */
  readonly label: string
  /** Where it was written: `file:line:column`. */
  readonly source: string | undefined
  run(request: Request, requestId: string, baseUrl: string): Promise<RunResult | null>
  /** Lets an unfinished generator run its `finally`. */
  dispose(): void
}

interface HandlerInternals {
  readonly info: { readonly header: string; readonly callFrame?: string }
  readonly endpoint?: unknown
  run(args: {
    request: Request
    requestId: string
    resolutionContext: { baseUrl: string; quiet: boolean }
  }): Promise<RunResult | null>
  reset?(): void
}

/** Whether this is a handler of HTTP requests: `http`, `graphql` over HTTP, `sse`. */
export function isRequestHandler(value: unknown): value is RequestHandler {
  const handler = value as { kind?: unknown; run?: unknown; info?: unknown } | null
  return (
    typeof handler === 'object' &&
    typeof handler?.run === 'function' &&
    typeof handler.info === 'object' &&
    handler.kind !== 'websocket'
  )
}

/** Whether this is what `ws.link().addEventListener()` returns. */
export function isWebSocketHandler(value: unknown): boolean {
  return (value as { kind?: unknown } | null)?.kind === 'websocket'
}

/**
 * Puts a handler on a server. What a handler remembers (that a `once` was used, how far a generator
 * is) it writes to itself, so each server gets an object of its own that inherits all the rest: the
 * same handler can then serve many servers at once, and is as new each time it is mounted.
 */
export function mountHandler(handler: RequestHandler, origin: string): MountedHandler {
  const view = Object.create(handler) as HandlerInternals & { isUsed: boolean; endpoint?: unknown }
  view.isUsed = false
  // MSW resolves relative GraphQL endpoints against `location`, which Node does not have.
  if (typeof view.endpoint === 'string' && view.endpoint.startsWith('/')) {
    view.endpoint = origin + view.endpoint
  }
  return {
    label: view.info.header,
    source: sourceOf(view.info.callFrame),
    run(request, requestId, baseUrl) {
      keepFromCloning(handler, request)
      return view.run({ request, requestId, resolutionContext: { baseUrl, quiet: true } })
    },
    dispose: () => view.reset?.(),
  }
}

/** `run()` clones each request for MSW's own logs, which would buffer every streamed body. */
function keepFromCloning(handler: RequestHandler, request: Request): void {
  const { cache } = handler.constructor as { cache?: unknown }
  if (cache instanceof WeakMap && !cache.has(request)) cache.set(request, request)
}

/** Whether a resolver returned MSW's `passthrough()`. */
export function isPassthrough(response: Response): boolean {
  return response.status === 302 && response.headers.get('x-msw-intention') === 'passthrough'
}

function sourceOf(callFrame: string | undefined): string | undefined {
  const location = callFrame?.match(/\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?\s*$/)?.[1]
  return location?.includes('/node_modules/') ? undefined : location?.replace(/^file:\/\//, '')
}

const BYPASS_MARK = 'msw/passthrough'
let unmarking = false

/**
 * `bypass()` marks a request for MSW's own interceptors by an `accept` value, which goes out on the
 * wire where no interceptor takes it off. This takes it off, of every request that undici and
 * `fetch` make in this process.
 */
export function unmarkBypassedRequests(): void {
  if (unmarking) return
  unmarking = true
  diagnosticsChannel.subscribe('undici:request:create', (message) => {
    const { headers } = (message as { request?: { headers?: unknown } }).request ?? {}
    if (!Array.isArray(headers)) return
    for (let index = 0; index < headers.length; index += 2) {
      const value: unknown = headers[index + 1]
      if (typeof value !== 'string' || !value.includes(BYPASS_MARK)) continue
      if (String(headers[index]).toLowerCase() !== 'accept') continue
      headers[index + 1] = value
        .split(',')
        .filter((type) => type.trim() !== BYPASS_MARK)
        .join(',')
      if (headers[index + 1] === '') headers[index + 1] = '*/*'
    }
  })
}
