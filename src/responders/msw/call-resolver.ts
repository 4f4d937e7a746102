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

/** A call of a resolver. */
interface Call {
  readonly view: HandlerInternals
  readonly asked: AskedRequest
  readonly params: Params
  /** Where the resolver may have something cleaned up, aborted when it is done. */
  settled?: AbortController
}

/** Answers a request that fits as `run()` does, and makes nothing that the resolver leaves alone. */
export async function callResolver(
  view: HandlerInternals,
  asked: AskedRequest,
  params: Params,
): Promise<RunResult> {
  view.isUsed = true
  const call: Call = { view, asked, params }
  const info = new ResolverInfo(call)
  const answered = view.resolver!(info) as Promise<Response | undefined>
  try {
    const response = await answered
    const isAnswer = !response || response instanceof Response
    if (isAnswer && call.settled === undefined) return { response }
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
    call.settled?.abort()
  }
}

/** What a resolver is given. */
class ResolverInfo {
  readonly params: Params
  readonly cookies = {}
  readonly #call: Call

  constructor(call: Call) {
    this.params = call.params
    this.#call = call
    // As MSW's are: they may be spread.
    for (const [name, getter] of OWN_GETTERS) Object.defineProperty(this, name, getter)
  }

  get request(): Request {
    return this.#call.asked.request
  }

  get requestId(): string {
    return this.#call.asked.requestId
  }

  get finalize(): ScheduleCleanup | undefined {
    this.#call.settled ??= new AbortController()
    return finalizeOf(this.#call)
  }
}

/**
 * The same for all calls. V8 keeps all that getters of an object literal see, here the request, until
 * it looks for garbage everywhere.
 */
const OWN_GETTERS = Object.entries(Object.getOwnPropertyDescriptors(ResolverInfo.prototype))
  .filter(([, { get }]) => get !== undefined)
  .map(([name, getter]) => [name, { ...getter, enumerable: true }] as const)

type ScheduleCleanup = (callback: () => unknown) => void

/** As `run()` makes it. MSW runs what is scheduled, at the latest when the client goes away. */
function finalizeOf({ view, asked, settled }: Call): ScheduleCleanup | undefined {
  if (view.scheduleCleanup === undefined) return undefined
  const { requestId } = asked
  const { signal } = asked.request
  const cleanUp = (): void => void view.runScheduledCleanups!(requestId)
  signal.addEventListener('abort', cleanUp, { once: true, signal: settled!.signal })
  return (callback) => {
    view.scheduleCleanup!(requestId, callback)
    if (signal.aborted) cleanUp()
  }
}
