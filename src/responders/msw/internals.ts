// The one file that knows what MSW does not document. Each fact holds for msw 2.13 to 3.0 and is
// looked for before it is used; test/compat runs it on the oldest and the newest.

import { AsyncLocalStorage } from 'node:async_hooks'
import diagnosticsChannel from 'node:diagnostics_channel'
import type { RequestHandler } from 'msw'
import { ownPlace } from '../../errors.ts'
import { assertResponse } from './fetch.ts'
import type { HandlerPattern } from './handler-pattern.ts'
import { isLongPath, parseAnyPath, type Parse } from './parse-any-path.ts'

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
  /** What it answers, as far as it says so. */
  readonly takes: HandlerPattern
  /** Whether it answers once, and has. */
  isSpent(): boolean
  /** Whether its resolver was called. */
  readonly hasRun: boolean
  run(request: Request, requestId: string, baseUrl: string): Promise<RunResult | null>
  /** Lets an unfinished generator run its `finally`. */
  dispose(): void
}

type Resolver = (info: unknown) => unknown
interface HandlerInternals {
  readonly info: {
    readonly header: string
    readonly callFrame?: string
    readonly method?: unknown
    readonly path?: unknown
    readonly operationType?: unknown
    readonly operationName?: unknown
  }
  readonly options?: { readonly once?: boolean }
  endpoint?: unknown
  parse?: Parse
  resolver?: Resolver
  isUsed: boolean
  resolverIterator: Partial<Iterator<unknown>> | undefined
  resolverIteratorResult: unknown
  resolverIteratorCleanups: unknown
  scheduledCleanups?: unknown
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
  const view = Object.create(handler) as HandlerInternals
  view.isUsed = false
  view.resolverIterator = undefined
  view.resolverIteratorResult = undefined
  view.resolverIteratorCleanups = undefined
  if (view.scheduledCleanups instanceof Map) view.scheduledCleanups = new Map()
  let hasRun = typeof view.resolver !== 'function'
  if (typeof view.resolver === 'function') {
    view.resolver = checkedResolver(view.resolver, () => {
      hasRun = true
    })
  }
  // MSW resolves relative GraphQL endpoints against `location`, which Node does not have.
  if (typeof view.endpoint === 'string' && view.endpoint.startsWith('/')) {
    view.endpoint = origin + view.endpoint
  }
  if (typeof view.parse === 'function') view.parse = parseAnyPath(view.parse, view.info.path)
  return {
    // `http.all()` has the method /.+/.
    label: view.info.header.replace(/^\/\.\+\/(?= )/, 'ALL'),
    source: view.info.callFrame === undefined ? undefined : ownPlace(view.info.callFrame),
    takes: patternOf(view),
    isSpent: () => view.options?.once === true && view.isUsed,
    get hasRun() {
      return hasRun
    },
    run(request, requestId, baseUrl) {
      if (view.endpoint !== undefined && isLongPath(request.url)) return Promise.resolve(null)
      keepFromCloning(handler, request)
      return view.run({ request, requestId, resolutionContext: { baseUrl, quiet: true } })
    },
    dispose() {
      if (typeof view.reset === 'function') view.reset()
      else void view.resolverIterator?.return?.()
    },
  }
}

function patternOf({ info, endpoint }: HandlerInternals): HandlerPattern {
  const { operationType } = info
  const name = textOrPattern(info.operationName)
  const operation = typeof operationType === 'string' ? { type: operationType, name } : undefined
  const path = textOrPattern(operation === undefined ? info.path : endpoint)
  const isPredicate = typeof info.path === 'function' || typeof info.operationName === 'function'
  const method = operation === undefined ? textOrPattern(info.method) : OF_GRAPHQL
  return { method, path, operation, isPredicate }
}

/** The methods of GraphQL over HTTP. */
const OF_GRAPHQL = /GET|POST/

function textOrPattern(value: unknown): string | RegExp | undefined {
  return typeof value === 'string' || value instanceof RegExp ? value : undefined
}

/** `run()` takes whatever is returned for a generator or a response, and stumbles later. */
function checkedResolver(resolver: Resolver, called: () => void): Resolver {
  return async (info) => {
    called()
    const result = await resolver(info)
    if (result && (typeof result !== 'object' || Array.isArray(result))) assertResponse(result)
    return result
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

const BYPASS_MARK = 'msw/passthrough'
const BYPASS = Symbol.for('mockberth.bypass')

/**
 * Takes off the wire what `bypass()` puts on it: a mark for MSW's own interceptors in `accept`,
 * which goes out where no interceptor takes it off. It does so for every request that undici and
 * `fetch` make in this process, and once, however often this module is loaded there.
 *
 * @returns the origin of the mock whose handler is running, where that mock has no upstream: its
 * handler's `bypass()` can only lead back to itself, and keeps the mark
 */
export function watchBypass(): AsyncLocalStorage<string> {
  const holder = process as unknown as { [BYPASS]?: AsyncLocalStorage<string> }
  if (holder[BYPASS] !== undefined) return holder[BYPASS]
  const dead = new AsyncLocalStorage<string>()
  holder[BYPASS] = dead
  diagnosticsChannel.subscribe('undici:request:create', (message) => {
    const { request } = message as { request?: { headers?: unknown; origin?: unknown } }
    if (!Array.isArray(request?.headers) || dead.getStore() === String(request.origin)) return
    unmark(request.headers)
  })
  return dead
}

function unmark(headers: unknown[]): void {
  for (let index = 0; index < headers.length; index += 2) {
    const value = headers[index + 1]
    if (typeof value !== 'string' || !value.includes(BYPASS_MARK)) continue
    if (String(headers[index]).toLowerCase() !== 'accept') continue
    const types = value.split(',').filter((type) => type.trim() !== BYPASS_MARK)
    headers[index + 1] = types.length === 0 ? '*/*' : types.join(',')
  }
}

/** Whether a request came from the `bypass()` of a mock without upstream. */
export function isMarked(accept: string | undefined): boolean {
  return accept?.includes(BYPASS_MARK) === true
}
