import type { MockRequest, OverrideFate, Responder, Scope } from '../contract/index.ts'
import { MockberthError } from '../errors.ts'
import { LOOPBACK, stoppedError } from '../ports/loopback.ts'
import { isPortFree } from '../ports/preferred.ts'
import type { MockUrls } from '../recording/origins.ts'
import { createMswResponder, type Upstream } from '../responders/msw/index.ts'
import { exchangesOf, letGoOf, recordExchange } from '../traffic/journal.ts'
import type { Guard } from '../wire/guard.ts'
import { hostName } from '../wire/hosts.ts'
import { openListener, type Listener, type Serving } from '../wire/listener.ts'
import { answerRequest, type AskedApi } from './answer.ts'
import { forgetHosts, rememberHosts } from './live-hosts.ts'
import { refusedDelivery, type Owner } from './marks.ts'
import { createMockApi, type MockApi, type Outages } from './mock-api.ts'
import type { ApiPlan } from './plan.ts'
import { forgetApi } from './scope.ts'
import { createWaiting } from './wait-for.ts'

const DEFAULT_MAX_BODY = 1024 * 1024

/** A mock API, and what its set needs of it. */
export interface OpenApi {
  readonly api: MockApi
  reset(scope: Scope): void
  /** The API as a test sees it that has this scope to itself. */
  openIn(scope: Scope): ScopedApi
  /** Where it listens. */
  readonly port: Listener
  /** Serves its port from now on, where that was another's before. */
  takeOver(): void
  /** @param keepsPort whether another serves the port now */
  close(keepsPort?: boolean): Promise<void>
}

/** A mock API in the scope of one test. */
interface ScopedApi {
  readonly api: MockApi
  /** The test is over. */
  close(): void
}

/** What of its set a mock API needs. */
export interface ApiSurroundings {
  /** The scope of all that belongs to no other. */
  readonly scope: Scope
  /** What answers after its handlers. */
  readonly fallback: readonly Responder[]
  /** The mocks' URLs in place of the upstreams'. */
  mockUrls(plan: ApiPlan): MockUrls
  findOwner(request: MockRequest): Owner
  /** Whether it also stands for servers of others: then no page uses it as its way to them. */
  readonly isShared: boolean
  /** The address at which other machines reach it, too. */
  readonly host: string | undefined
  /** Where the API of this name listened in the set before this one. */
  listenerBefore(api: string): Listener | undefined
}

function upstreamOf(plan: ApiPlan, { mockUrls }: ApiSurroundings): Upstream | undefined {
  if (plan.upstream === undefined) return undefined
  const { rewriteUrls } = plan.definition
  return { mockUrls: rewriteUrls === false ? undefined : () => mockUrls(plan) }
}

/**
 * Opens the server of one API.
 *
 * @throws `NO_PORTS_LEFT`, `BIND_FAILED`
 */
export async function openApi(plan: ApiPlan, surroundings: ApiSurroundings): Promise<OpenApi> {
  const responders: Responder[] = []
  let origin = plan.upstream ?? ''
  const serving = servingOf(plan, surroundings, () => ({ plan, responders, origin }))
  const port = takenOver(plan, surroundings) ?? (await openPort(plan, serving, surroundings.host))
  const url = `http://${LOOPBACK}:${port.port}`
  // Without the port that everybody leaves out.
  origin ||= new URL(url).origin
  const handlers = createMswResponder(plan.handlers, origin, upstreamOf(plan, surroundings))
  responders.push(handlers, ...surroundings.fallback)
  const reset = (scope: Scope): void => {
    for (const responder of responders) responder.reset?.(scope)
    forgetApi(scope, plan.name)
  }
  const openIn = (scope: Scope, outages: Outages): ScopedApi => {
    const waiting = createWaiting(plan.name, scope)
    const api = createMockApi(plan.name, url, port.port, {
      ...outages,
      exchanges: () => exchangesOf(scope, plan.name),
      exchangesLetGo: () => letGoOf(scope, plan.name),
      use: (added, place) => followOverrides(plan, scope, handlers.use(scope, added), place),
      reset: () => reset(scope),
      waitFor: waiting.waitFor,
    })
    return { api, close: () => waiting.end(() => stoppedError(port.port)) }
  }
  const root = openIn(surroundings.scope, {
    stop: () => port.refuse(),
    start: () => port.accept(),
  })
  return {
    api: root.api,
    reset,
    openIn: (scope) => openIn(scope, outagesIn(scope, plan.name)),
    port,
    takeOver: () => port.serveBy(serving),
    async close(keepsPort = false) {
      root.close()
      if (keepsPort) return
      forgetHosts(port.port)
      await port.close()
    },
  }
}

/** @param asked the API, once it knows where it listens */
function servingOf(plan: ApiPlan, surroundings: ApiSurroundings, asked: () => AskedApi): Serving {
  return {
    guard: guardOf(plan, surroundings),
    maxBody: maxBodyOf(plan),
    handle(request) {
      const owner = surroundings.findOwner(request)
      if ('deliver' in owner) return owner.deliver(plan.name, request)
      if ('refusal' in owner) return refusedDelivery(plan.name, owner.refusal)
      const { scope } = owner
      if (scope.stopped.has(plan.name)) return { kind: 'drop', how: 'reset' }
      const recorder = recordExchange(scope, plan.name, request, maxBodyOf(plan))
      return answerRequest(asked(), request, scope, recorder)
    },
    refused(request, delivery) {
      const owner = surroundings.findOwner(request)
      if (!('scope' in owner)) return delivery
      const observer = recordExchange(owner.scope, plan.name, request, maxBodyOf(plan))
      observer.decided('failed')
      return { ...delivery, observer }
    },
  }
}

/** Others use the port, too: it stays open, and each request of this scope is dropped. */
function outagesIn({ stopped }: Scope, api: string): Outages {
  return {
    async stop() {
      stopped.add(api)
    },
    async start() {
      stopped.delete(api)
    },
  }
}

function followOverrides(
  { name, definition }: ApiPlan,
  scope: Scope,
  fates: readonly OverrideFate[],
  place: () => string | undefined,
): void {
  const { unused = 'warn' } = definition
  if (unused === 'ignore') return
  const during = scope.tests
  scope.overrides.push(...fates.map((fate) => ({ api: name, policy: unused, fate, during, place })))
}

/** The port that the API had in the set before, unless it wants another one now. */
function takenOver({ name, definition }: ApiPlan, before: ApiSurroundings): Listener | undefined {
  const listener = before.listenerBefore(name)
  const { port = listener?.port } = definition
  return port === listener?.port ? listener : undefined
}

/** Takes the preferred port if it is free, and any other with a word about it if it is not. */
async function openPort(
  plan: ApiPlan,
  serving: Serving,
  host: string | undefined,
): Promise<Listener> {
  const preferred = plan.definition.port
  const port =
    (preferred === undefined ? undefined : await openPreferred(serving, preferred, host)) ??
    (await openListener(serving, 0, host))
  if (preferred !== undefined && port.port !== preferred) {
    console.warn(
      `mockberth: ${plan.name} listens on port ${port.port}, because port ${preferred} is not free. End what has it, or declare another port.`,
    )
  }
  rememberHosts(port.port)
  return port
}

async function openPreferred(
  serving: Serving,
  port: number,
  host: string | undefined,
): Promise<Listener | undefined> {
  if (!(await isPortFree(port))) return undefined
  return openListener(serving, port, host).catch((error: unknown) => {
    if (error instanceof MockberthError && error.code === 'PORT_TAKEN') return undefined
    throw error
  })
}

function guardOf({ upstream, definition }: ApiPlan, surroundings: ApiSurroundings): Guard {
  const allowedHosts = (definition.allowedHosts ?? []).map((host) => host.toLowerCase())
  if (upstream !== undefined) allowedHosts.push(hostName(new URL(upstream).host))
  return {
    allowedHosts,
    allowsAddresses: surroundings.host !== undefined,
    cors: definition.cors ?? 'loopback',
    foreignPages: surroundings.isShared ? 'refused' : 'answered',
  }
}

function maxBodyOf({ definition }: ApiPlan): number {
  return definition.maxBody ?? DEFAULT_MAX_BODY
}

/**
 * Closes servers. Never rejects.
 *
 * @param kept the ports that others serve now
 */
export async function closeAll(
  opened: readonly OpenApi[],
  kept: ReadonlySet<Listener> = new Set(),
): Promise<void> {
  await Promise.allSettled(opened.map((api) => api.close(kept.has(api.port))))
}
