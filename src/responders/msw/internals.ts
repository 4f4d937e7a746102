// This file and call-resolver.ts, its part, know what MSW does not document. Each fact holds for
// msw 2.13 to 3.0 and is looked for before it is used; test/compat runs it on the oldest and the newest.

import type { RequestHandler } from 'msw'
import { ownPlace } from '../../errors.ts'
import { assertResponse } from './fetch.ts'
import { callResolver, hasPlainResolver, isKnown, isPlainHandler, learn } from './call-resolver.ts'
import type { HandlerPattern } from './handler-pattern.ts'
import { isLongPath, parseAnyPath, type Parse } from './parse-any-path.ts'
import type { Params } from './plain-path.ts'

/** What `handler.run()` came to: nothing when the handler does not match. */
export interface RunResult {
  readonly response?: Response | undefined
}

/** A request that handlers are asked about. What of it is not looked at is not made. */
export interface AskedRequest {
  readonly request: Request
  /** The same for all handlers. */
  readonly requestId: string
}

/** Where a handler answers, if that is decided by nothing else. */
export interface HandlerPlace {
  /** In upper case; undefined for all. */
  readonly method: string | undefined
  readonly path: string
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
  /** Has MSW look whether it fits, and answer. */
  run(asked: AskedRequest, baseUrl: string): Promise<RunResult | null>
  /**
   * Answers a request that fits it, as `run()` would.
   *
   * @returns undefined where only `run()` can
   */
  call(asked: AskedRequest, params: Params): Promise<RunResult | null> | undefined
  /** Lets an unfinished generator run its `finally`. */
  dispose(): void
}

type Resolver = (info: object) => unknown
/** A handler as MSW sees it. */
export interface HandlerInternals {
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
  scheduleCleanup?(requestId: string, callback: () => unknown): void
  runScheduledCleanups?(requestId: string): Promise<void>
  wrapResolver?(resolver: Resolver): (info: object) => Promise<Response | undefined>
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
  const definition = handler as unknown as HandlerInternals
  const view = Object.create(handler) as HandlerInternals
  view.isUsed = false
  view.resolverIterator = undefined
  view.resolverIteratorResult = undefined
  view.resolverIteratorCleanups = undefined
  if (view.scheduledCleanups instanceof Map) view.scheduledCleanups = new Map()
  const isDirect = isPlainHandler(handler) && hasPlainResolver(view)
  let hasRun = typeof view.resolver !== 'function'
  if (typeof view.resolver === 'function') {
    view.resolver = checkedResolver(view.resolver, (info) => {
      hasRun = true
      if (isDirect) learn(definition, info)
    })
  }
  // MSW resolves relative GraphQL endpoints against `location`, which Node does not have.
  if (typeof view.endpoint === 'string' && view.endpoint.startsWith('/')) {
    view.endpoint = origin + view.endpoint
  }
  if (typeof view.parse === 'function') view.parse = parseAnyPath(view.parse, view.info.path)
  const isSpent = (): boolean => view.options?.once === true && view.isUsed
  return {
    // `http.all()` has the method /.+/.
    label: view.info.header.replace(/^\/\.\+\/(?= )/, 'ALL'),
    source: view.info.callFrame === undefined ? undefined : ownPlace(view.info.callFrame),
    takes: patternOf(view),
    isSpent,
    get hasRun() {
      return hasRun
    },
    run({ request, requestId }, baseUrl) {
      if (view.endpoint !== undefined && isLongPath(request.url)) return Promise.resolve(null)
      keepFromCloning(handler, request)
      return view.run({ request, requestId, resolutionContext: { baseUrl, quiet: true } })
    },
    call(asked, params) {
      const isCallable = isDirect && view.resolverIterator === undefined && isKnown(definition)
      if (!isCallable) return undefined
      return isSpent() ? Promise.resolve(null) : callResolver(view, asked, params)
    },
    dispose() {
      if (typeof view.reset === 'function') view.reset()
      else void view.resolverIterator?.return?.()
    },
  }
}

/** Where a handler answers, undefined where more than a method and a path decides that. */
export function placeOf(handler: RequestHandler): HandlerPlace | undefined {
  if (!isPlainHandler(handler)) return undefined
  const { path, method } = (handler as unknown as HandlerInternals).info
  if (typeof path !== 'string') return undefined
  if (typeof method === 'string') return { method: method.toUpperCase(), path }
  return method instanceof RegExp && String(method) === '/.+/'
    ? { method: undefined, path }
    : undefined
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
function checkedResolver(resolver: Resolver, called: (info: object) => void): Resolver {
  return async (info) => {
    called(info)
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
