import type { Params } from './plain-path.ts'
import type { AskedRequest, HandlerInternals, RunResult } from './internals.ts'

const GENERATORS = new Set(['GeneratorFunction', 'AsyncGeneratorFunction'])
/** What `run()` of an HttpHandler uses. Who has its own of these does not do as an HttpHandler. */
const OWN_WAYS = ['run', 'parse', 'predicate', 'matchMethod', 'extendResolverArgs', 'wrapResolver']

/** Whether method, path and resolver are all that a handler consists of. */
export function isPlainHandler(handler: object): boolean {
  const kind = Object.getPrototypeOf(handler) as object | null
  // A class of the user may have the name of MSW's, and is not the child of its parent.
  const isHttp =
    isOfClass(kind, 'HttpHandler') && isOfClass(Object.getPrototypeOf(kind), 'RequestHandler')
  return isHttp && !OWN_WAYS.some((way) => Object.hasOwn(handler, way))
}

function isOfClass(prototype: object | null, name: string): boolean {
  if (prototype === null || !Object.hasOwn(prototype, 'constructor')) return false
  return prototype.constructor.name === name
}

/** Whether the resolver of a plain handler is a function, which gives the whole answer when it is called. */
export function hasPlainResolver({ resolver, wrapResolver }: HandlerInternals): boolean {
  if (typeof resolver !== 'function' || typeof wrapResolver !== 'function') return false
  return !GENERATORS.has(resolver.constructor.name)
}

const GIVEN = ['params', 'cookies', 'requestId', 'request']
/** Kinds of handlers whose resolvers were seen to be given this, and `finalize` where they have it. */
const known = new WeakSet<object>()

/** Looks at what `run()` gives to a resolver. */
export function learn(handler: HandlerInternals, info: object): void {
  const kind = Object.getPrototypeOf(handler) as object
  if (known.has(kind)) return
  const given = Object.keys(info)
  const expected = canFinalize(handler) ? [...GIVEN, 'finalize'] : GIVEN
  const isExpected = given.length === expected.length
  if (isExpected && expected.every((name) => given.includes(name))) known.add(kind)
}

function canFinalize({ scheduleCleanup, runScheduledCleanups }: HandlerInternals): boolean {
  return typeof scheduleCleanup === 'function' && typeof runScheduledCleanups === 'function'
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
  const parts = new InfoParts(view, asked)
  const info: Info = { params, cookies: {}, requestId: LATER, request: LATER }
  if (canFinalize(view)) info.finalize = LATER
  const given = new Proxy(info, parts)
  const answered = view.resolver!(given) as Promise<Response | undefined>
  try {
    const response = await answered
    const isAnswer = !response || response instanceof Response
    if (isAnswer && parts.settled === undefined) return { response }
  } catch {
    // It is awaited once more.
  }
  try {
    // MSW knows what comes of iterators, errors and cleanups.
    return { response: await view.wrapResolver!(() => answered)(given) }
  } catch (error) {
    if (error instanceof Response) return { response: error }
    throw error
  } finally {
    parts.settled?.abort()
  }
}

/** What a resolver is given: an object of its own, which it may change. */
type Info = Record<string | symbol, unknown>

/** Stands in it for what nobody has looked at yet. */
const LATER = Symbol('made when it is looked at')

/**
 * Puts in what is looked at. A getter would be told from MSW's plain object, and what a getter of its
 * own sees, here the request, V8 keeps until it looks for garbage everywhere.
 */
class InfoParts implements ProxyHandler<Info> {
  readonly #view: HandlerInternals
  readonly #asked: AskedRequest
  /** Where the resolver may have something cleaned up; aborted when it is done. */
  settled: AbortController | undefined

  constructor(view: HandlerInternals, asked: AskedRequest) {
    this.#view = view
    this.#asked = asked
  }

  get(info: Info, name: string | symbol, receiver: unknown): unknown {
    this.#putIn(info, name)
    return Reflect.get(info, name, receiver)
  }

  getOwnPropertyDescriptor(info: Info, name: string | symbol): PropertyDescriptor | undefined {
    this.#putIn(info, name)
    return Reflect.getOwnPropertyDescriptor(info, name)
  }

  #putIn(info: Info, name: string | symbol): void {
    if (info[name] !== LATER) return
    info[name] = name === 'finalize' ? this.#finalize() : this.#asked[name as keyof AskedRequest]
  }

  /** As `run()` makes it. MSW runs what is scheduled, at the latest when the client goes away. */
  #finalize(): (callback: () => unknown) => void {
    const view = this.#view
    const { requestId, request } = this.#asked
    const { signal } = request
    const cleanUp = (): void => void view.runScheduledCleanups!(requestId)
    this.settled = new AbortController()
    signal.addEventListener('abort', cleanUp, { once: true, signal: this.settled.signal })
    return (callback) => {
      view.scheduleCleanup!(requestId, callback)
      if (signal.aborted) cleanUp()
    }
  }
}
