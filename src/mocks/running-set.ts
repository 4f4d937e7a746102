import type { RunningTest, Scope } from '../contract/index.ts'
import type { Evidence } from '../report/evidence.ts'
import { explainUnhandled, unhandledError } from '../report/unhandled.ts'
import { explainUnused, unusedError } from '../report/unused.ts'
import { assignEnv, releaseEnv } from './environment.ts'
import type { Listener } from '../wire/listener.ts'
import { takeEvidence } from './evidence.ts'
import { filesOf, tellPassed } from './fallbacks.ts'
import type { HeldServices } from './held-services.ts'
import type { Marks } from './marks.ts'
import type { MockApi } from './mock-api.ts'
import type { OpenApi } from './open-api.ts'
import type { ApiPlan } from './plan.ts'
import { createScope } from './scope.ts'
import type { Services } from './service-definition.ts'
import { endApis, type StartedApis } from './started-apis.ts'

/** The APIs of a running set by name. */
export type Apis<Name extends string> = { readonly [Key in Name]: MockApi }

/** A set of mock APIs that runs, on ports of its own. */
export interface RunningMocks<
  Name extends string = string,
  ServiceName extends string = string,
> extends AsyncDisposable {
  readonly apis: Apis<Name>
  /** The services by name. */
  readonly services: Services<ServiceName>
  /** What was put into `process.env`, or would have been: hand it to child processes. */
  readonly env: Readonly<Record<string, string>>
  /** Forgets what tests changed or caused: overrides, journal, unhandled requests. */
  reset(): void
  /**
   * @throws `UNHANDLED_REQUEST` when a request since the last `reset()` was answered by nothing;
   * `UNUSED_OVERRIDE` when a handler that `use()` was given since then never ran, and its API has
   * `unused: 'fail'`
   */
  verify(): void
  /** Closes every listener and connection, ends the services, and puts `process.env` back. Never throws. */
  stop(): Promise<void>
}

/** What a test has of a running set, and what became of it. */
export interface TestSet {
  readonly apis: Apis<string>
  readonly scope: Scope
  /** The traffic in it since it was as new, as it is when asked; undefined where there was none. */
  evidence(): Promise<Evidence | undefined>
}

/** What a test has to itself. */
export interface OwnSet extends TestSet {
  /** The test is over: what still comes with its mark is refused. */
  close(): void
}

/** A running set with what the runners' adapters need of it. */
export interface RunningSet<Name extends string = string, ServiceName extends string = string>
  extends RunningMocks<Name, ServiceName>, TestSet {
  readonly apis: Apis<Name>
  /** Which requests belong to which scope; those without a mark are of the set's own. */
  readonly marks: Marks<Scope>
  /** What a test has to itself that runs beside others: all is as new, and what has its mark is in it. */
  openFor(test: RunningTest, mark: string): OwnSet
  /** The mock of each declared upstream; where several APIs have the same one, the first. */
  readonly byUpstream: ReadonlyMap<string, MockApi>
  /** A test passed: what it recorded may be kept. */
  passed(test: RunningTest): void
  /** Whether a recording has changed since it was loaded. */
  isStale(): Promise<boolean>
  /** The files of its recordings, and those that belong to them. */
  readonly files: readonly string[]
  /** Where each API listens. */
  readonly listeners: ReadonlyMap<string, Listener>
  /** Its services. */
  readonly held: HeldServices
  /** As `stop()`, but these ports stay open, and these services go on: others have them. */
  leave(ports: ReadonlySet<Listener>, services: HeldServices): Promise<void>
  /**
   * As new: `reset()`, and what a test broke from outside is mended: URLs that it took out of
   * `process.env`, APIs that it stopped.
   * @throws `PORT_TAKEN` when another program bound the port of an API that was stopped
   */
  renew(): Promise<void>
}

/** What runs, once all its servers are up. */
export function runningSet<Name extends string, ServiceName extends string>(
  plans: readonly ApiPlan[],
  started: StartedApis,
  env: Readonly<Record<string, string>>,
  owner: object,
  held: HeldServices,
): RunningSet<Name, ServiceName> {
  const { opened, scope, marks, fallbacks } = started
  const end = async (kept?: ReadonlySet<Listener>, others?: HeldServices): Promise<void> => {
    releaseEnv(owner)
    await endApis(started, kept)
    if (others === undefined || others.lease !== held.lease) await held.release()
  }
  let ended: Promise<void> | undefined
  const stop = (): Promise<void> => (ended ??= end())
  const reset = (): void => {
    for (const api of opened) api.reset(scope)
  }
  const apis = opened.map(({ api }) => api)
  return {
    apis: byName(apis) as Apis<Name>,
    services: held.services as Services<ServiceName>,
    env,
    held,
    scope,
    marks,
    openFor: (test, mark) => openOwn(plans, opened, marks, test, mark),
    byUpstream: apisByUpstream(plans, opened),
    isStale: async () =>
      (await Promise.all(fallbacks.map((fallback) => fallback.isStale()))).includes(true),
    reset,
    passed: (test) => tellPassed(fallbacks, test),
    evidence: () => takeEvidence(plans, apis, scope),
    verify() {
      const { unhandled, overrides } = scope
      if (unhandled.length > 0) {
        throw unhandledError([explainUnhandled('Requests that nothing answered:', unhandled)])
      }
      const unused = overrides.filter(({ policy, fate }) => policy === 'fail' && !fate.hasRun)
      if (unused.length === 0) return
      throw unusedError([explainUnused('Overrides that never ran:', unused)])
    },
    async renew() {
      reset()
      assignEnv(owner, env)
      await Promise.all(opened.map(({ api }) => api.start()))
    },
    files: filesOf(plans, fallbacks),
    listeners: new Map(opened.map(({ api, port }) => [api.name, port])),
    leave: (ports, services) => (ended ??= end(ports, services)),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function byName(apis: readonly MockApi[]): Apis<string> {
  return Object.fromEntries(apis.map((api) => [api.name, api]))
}

function openOwn(
  plans: readonly ApiPlan[],
  opened: readonly OpenApi[],
  marks: Marks<Scope>,
  test: RunningTest,
  mark: string,
): OwnSet {
  const scope = createScope()
  scope.tests = [test]
  marks.open(mark, test.name, scope)
  const scoped = opened.map((api) => api.openIn(scope))
  const apis = scoped.map(({ api }) => api)
  return {
    apis: byName(apis),
    scope,
    evidence: () => takeEvidence(plans, apis, scope),
    close() {
      marks.close(mark)
      for (const api of scoped) api.close()
    },
  }
}

function apisByUpstream(
  plans: readonly ApiPlan[],
  opened: readonly OpenApi[],
): Map<string, MockApi> {
  const apis = new Map<string, MockApi>()
  for (const [index, { upstream }] of plans.entries()) {
    if (upstream !== undefined && !apis.has(upstream)) apis.set(upstream, opened[index]!.api)
  }
  return apis
}
