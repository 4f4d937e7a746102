import type { Params } from './plain-path.ts'
import type { AskedRequest, HandlerInternals, RunResult } from './internals.ts'

const GENERATORS = new Set(['GeneratorFunction', 'AsyncGeneratorFunction'])
/** What `run()` of an HttpHandler uses. Who has its own of these does not do as an HttpHandler. */
const OWN_WAYS = ['run', 'parse', 'predicate', 'matchMethod', 'extendResolverArgs', 'wrapResolver']

/** Whether method, path and resolver are all that a handler consists of. */
export function isPlainHandler(handler: object): boolean {
  const { constructor } = Object.getPrototypeOf(handler) as { constructor?: { name?: unknown } }
  return constructor?.name === 'HttpHandler' && !OWN_WAYS.some((way) => Object.hasOwn(handler, way))
}

/** Whether a plain handler remembers nothing from one request to the next. */
export function isStateless({ options, resolver, wrapResolver }: HandlerInternals): boolean {
  if (options?.once === true || typeof wrapResolver !== 'function') return false
  return typeof resolver === 'function' && !GENERATORS.has(resolver.constructor.name)
}

const INFO = new Set(['request', 'requestId', 'params', 'cookies', 'finalize'])
/** Kinds of handlers whose resolvers were seen to be given this, and nothing else. */
const known = new WeakSet<object>()

/** Looks at what `run()` gives to a resolver. */
export function learn(handler: HandlerInternals, info: object): void {
  const kind = Object.getPrototypeOf(handler) as object
  if (known.has(kind)) return
  const names = Object.keys(info)
  const canCleanUp = [handler.scheduleCleanup, handler.runScheduledCleanups].every(
    (method) => typeof method === 'function',
  )
  if (names.includes('finalize') && !canCleanUp) return
  if (names.every((name) => INFO.has(name))) known.add(kind)
}

/** Whether {@link callResolver} does for such a handler what `run()` does. */
export function isKnown(handler: HandlerInternals): boolean {
  return known.has(Object.getPrototypeOf(handler) as object)
}

/** Answers a request that fits as `run()` does, and makes nothing that the resolver leaves alone. */
export async function callResolver(
  view: HandlerInternals,
  asked: AskedRequest,
  params: Params,
): Promise<RunResult> {
  view.isUsed = true
  let settled: AbortController | undefined
  const info = {
    params,
    cookies: {},
    get request() {
      return asked.request
    },
    get requestId() {
      return asked.requestId
    },
    get finalize() {
      settled ??= new AbortController()
      return finalizeOf(view, asked, settled.signal)
    },
  }
  const answered = view.resolver!(info) as Promise<Response | undefined>
  try {
    const response = await answered
    if (settled === undefined && (!response || response instanceof Response)) return { response }
  } catch {
    // It is awaited once more.
  }
  try {
    // MSW knows what comes of iterators, errors and cleanups.
    return { response: await view.wrapResolver!(() => answered)(info) }
  } catch (error) {
    if (error instanceof Response) return { response: error }
    throw error
  } finally {
    settled?.abort()
  }
}

type ScheduleCleanup = (callback: () => unknown) => void

/** As `run()` makes it. MSW runs what is scheduled, at the latest when the client goes away. */
function finalizeOf(
  view: HandlerInternals,
  { request: { signal }, requestId }: AskedRequest,
  settled: AbortSignal,
): ScheduleCleanup | undefined {
  if (view.scheduleCleanup === undefined) return undefined
  const cleanUp = (): void => void view.runScheduledCleanups!(requestId)
  signal.addEventListener('abort', cleanUp, { once: true, signal: settled })
  return (callback) => {
    view.scheduleCleanup!(requestId, callback)
    if (signal.aborted) cleanUp()
  }
}
