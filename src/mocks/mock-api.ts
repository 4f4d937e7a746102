import type {
  Address,
  Exchange,
  MockRequest,
  OverrideFate,
  Responder,
  Scope,
} from '../contract/index.ts'
import { MockberthError } from '../errors.ts'
import { LOOPBACK, stoppedError, type LoopbackPort } from '../ports/loopback.ts'
import { isPortFree } from '../ports/preferred.ts'
import { createMswResponder, type RequestHandler } from '../responders/msw/index.ts'
import { matchExchange } from '../traffic/find.ts'
import { recordExchange } from '../traffic/journal.ts'
import type { Guard } from '../wire/guard.ts'
import { hostName } from '../wire/hosts.ts'
import { openListener, type ListenerOptions } from '../wire/listener.ts'
import { answerRequest } from './answer.ts'
import { callerOf } from './caller.ts'
import { forgetHosts, rememberHosts } from './live-hosts.ts'
import { checkHandlers, type ApiPlan } from './plan.ts'
import { forgetApi } from './scope.ts'
import { createWaiting, type WaitOptions } from './wait-for.ts'

const DEFAULT_MAX_BODY = 1024 * 1024

/** A mock API that runs. */
export interface MockApi extends Address {
  /** Its name in the declaration. */
  readonly name: string
  /** Every request so far and what became of it, in order of arrival. */
  readonly exchanges: readonly Exchange[]
  /**
   * Answers with these MSW handlers before all others, until the next `reset()`. Later calls win.
   * @throws `HANDLERS_INVALID`
   */
  use(...handlers: RequestHandler[]): void
  /** Forgets what `use()` added and the journal; declared handlers are as new. */
  reset(): void
  /**
   * The first exchange with this method and path. A path may have `:name` for one segment and `*`
   * for anything, or be a regular expression; the query is not part of it.
   * @throws `INVALID_OPTION`
   */
  find(method: string, path?: string | RegExp): Exchange | undefined
  /**
   * The first such exchange that is complete: its reply has ended, or the connection was dropped. It
   * may be there already, or come within `timeout`. Goes on waiting through a `reset()`.
   * @throws `NOT_RECEIVED`, with what came instead; `STOPPED` when the whole set was stopped;
   * `INVALID_OPTION`, `UNKNOWN_OPTION`
   */
  waitFor(method: string, path?: string | RegExp, options?: WaitOptions): Promise<Exchange>
  /** Drops every connection and refuses new ones, as a service that is down does. */
  stop(): Promise<void>
  /**
   * Is back on the same port, with all it had.
   * @throws `PORT_TAKEN` when another program bound the port meanwhile; `STOPPED` when the whole
   * set was stopped
   */
  start(): Promise<void>
}

/** A mock API, and what its set needs of it. */
export interface OpenApi {
  readonly api: MockApi
  reset(scope: Scope): void
  close(): Promise<void>
}

/** What of its set a mock API needs. */
export interface ApiSurroundings {
  /** The scope of the test that holds the set. */
  readonly scope: Scope
  /** What answers after its handlers. */
  readonly fallback: readonly Responder[]
  /** The scope that a request belongs to. */
  resolveScope(request: MockRequest): Scope
}

/**
 * Opens the server of one API.
 *
 * @throws `NO_PORTS_LEFT`, `BIND_FAILED`
 */
export async function openApi(plan: ApiPlan, surroundings: ApiSurroundings): Promise<OpenApi> {
  const responders: Responder[] = []
  let origin = plan.upstream ?? ''
  const port = await openPort(plan, {
    guard: guardOf(plan),
    maxBody: maxBodyOf(plan),
    handle(request) {
      const scope = surroundings.resolveScope(request)
      const recorder = recordExchange(scope, plan.name, request, maxBodyOf(plan))
      return answerRequest({ plan, responders, origin }, request, scope, recorder)
    },
    refused(request, delivery) {
      const scope = surroundings.resolveScope(request)
      const observer = recordExchange(scope, plan.name, request, maxBodyOf(plan))
      observer.decided('failed')
      return { ...delivery, observer }
    },
  })
  const url = `http://${LOOPBACK}:${port.port}`
  origin ||= url
  const handlers = createMswResponder(plan.handlers, origin, plan.upstream !== undefined)
  responders.push(handlers, ...surroundings.fallback)
  const reset = (scope: Scope): void => {
    for (const responder of responders) responder.reset?.(scope)
    forgetApi(scope, plan.name)
  }
  const { scope } = surroundings
  const waiting = createWaiting(plan.name, scope)
  return {
    api: createMockApi(plan.name, url, port, {
      exchanges: () => [...(scope.journals.get(plan.name) ?? [])],
      use: (added, place) => followOverrides(plan, scope, handlers.use(scope, added), place),
      reset: () => reset(scope),
      waitFor: waiting.waitFor,
    }),
    reset,
    async close() {
      forgetHosts(port.port)
      waiting.end(() => stoppedError(port.port))
      await port.close()
    },
  }
}

/** What a test reaches through its API is that of its scope. */
interface InScope {
  exchanges(): readonly Exchange[]
  use(handlers: readonly RequestHandler[], place: () => string | undefined): void
  reset(): void
  waitFor: MockApi['waitFor']
}

function followOverrides(
  { name, definition }: ApiPlan,
  scope: Scope,
  fates: readonly OverrideFate[],
  place: () => string | undefined,
): void {
  const { unused = 'warn' } = definition
  if (unused === 'ignore') return
  const during = [...scope.tests]
  scope.overrides.push(...fates.map((fate) => ({ api: name, policy: unused, fate, during, place })))
}

function createMockApi(name: string, url: string, port: LoopbackPort, inScope: InScope): MockApi {
  return {
    name,
    url,
    hostname: LOOPBACK,
    port: port.port,
    get exchanges() {
      return inScope.exchanges()
    },
    use: function use(...added) {
      inScope.use(checkHandlers(`apis.${name}.use()`, added), callerOf(use))
    },
    reset: () => inScope.reset(),
    find(method, path) {
      return this.exchanges.find(matchExchange('find()', method, path))
    },
    waitFor: (method, path, options) => inScope.waitFor(method, path, options),
    stop: () => port.refuse(),
    start: () => port.accept(),
  }
}

type PortOptions = Omit<ListenerOptions, 'port'>

/** Takes the preferred port if it is free, and any other with a word about it if it is not. */
async function openPort(plan: ApiPlan, options: PortOptions): Promise<LoopbackPort> {
  const preferred = plan.definition.port
  const port =
    (preferred === undefined ? undefined : await openPreferred(preferred, options)) ??
    (await openListener({ ...options, port: 0 }))
  if (preferred !== undefined && port.port !== preferred) {
    console.warn(
      `mockberth: ${plan.name} listens on port ${port.port}, because port ${preferred} is not free. End what has it, or declare another port.`,
    )
  }
  rememberHosts(port.port)
  return port
}

async function openPreferred(
  port: number,
  options: PortOptions,
): Promise<LoopbackPort | undefined> {
  if (!(await isPortFree(port))) return undefined
  return openListener({ ...options, port }).catch((error: unknown) => {
    if (error instanceof MockberthError && error.code === 'PORT_TAKEN') return undefined
    throw error
  })
}

function guardOf({ upstream, definition }: ApiPlan): Guard {
  const allowedHosts = (definition.allowedHosts ?? []).map((host) => host.toLowerCase())
  if (upstream !== undefined) allowedHosts.push(hostName(new URL(upstream).host))
  return { allowedHosts, cors: definition.cors ?? 'loopback' }
}

function maxBodyOf({ definition }: ApiPlan): number {
  return definition.maxBody ?? DEFAULT_MAX_BODY
}
