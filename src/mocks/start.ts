import type { RunningTest, Scope } from '../contract/index.ts'
import type { MockUrls } from '../recording/origins.ts'
import type { Evidence } from '../report/evidence.ts'
import { explainUnhandled, unhandledError } from '../report/unhandled.ts'
import { explainUnused, unusedError } from '../report/unused.ts'
import { joinRun, type Run } from '../run/run.ts'
import type { Definitions } from './definition.ts'
import { takeEvidence } from './evidence.ts'
import { assignEnv, claimEnv, releaseEnv } from './environment.ts'
import { closeFallbacks, prepareFallbacks, tellPassed, type Fallback } from './fallbacks.ts'
import { openApi, type MockApi, type OpenApi } from './mock-api.ts'
import { envValues, planStart, type ApiPlan, type StartOptions } from './plan.ts'
import { createScope } from './scope.ts'

/** The APIs of a running set by name. */
export type Apis<Name extends string> = { readonly [Key in Name]: MockApi }

/** A set of mock APIs that runs, on ports of its own. */
export interface RunningMocks<Name extends string = string> extends AsyncDisposable {
  readonly apis: Apis<Name>
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
  /** Closes every listener and connection and puts `process.env` back. Never throws. */
  stop(): Promise<void>
}

/** A running set with what the runners' adapters need of it. */
export interface RunningSet<Name extends string = string> extends RunningMocks<Name> {
  readonly scope: Scope
  /** The mock of each declared upstream; where several APIs have the same one, the first. */
  readonly byUpstream: ReadonlyMap<string, MockApi>
  /** A test passed: what it recorded may be kept. */
  passed(test: RunningTest): void
  /** Whether a recording has changed since it was loaded. */
  isStale(): Promise<boolean>
  /** The traffic since the last `reset()`, as it is when asked; undefined where there was none. */
  evidence(): Promise<Evidence | undefined>
  /**
   * As new: `reset()`, and what a test broke from outside is mended: URLs that it took out of
   * `process.env`, APIs that it stopped.
   * @throws `PORT_TAKEN` when another program bound the port of an API that was stopped
   */
  renew(): Promise<void>
}

/** Starts a declaration: everything that can be wrong in it is found before anything is bound. */
export async function startMocks<Name extends string>(
  definitions: Definitions<Name>,
  options: StartOptions = {},
  runFolder?: string,
): Promise<RunningSet<Name>> {
  const run = joinRun(runFolder)
  const plans = planStart(definitions, options, sayUnlessOwned(run))
  const owner = {}
  if (options.env !== false) {
    claimEnv(
      owner,
      plans.flatMap((plan) => plan.envNames),
    )
  }
  const mockUrls = new Map<ApiPlan, MockUrls>()
  let fallbacks: readonly Fallback[] = []
  try {
    const scope = createScope()
    fallbacks = await prepareFallbacks(plans, {
      run,
      mockUrls: (plan) => mockUrls.get(plan) ?? NO_URLS,
    })
    const opened = await openAll(plans, scope, fallbacks)
    for (const plan of plans) mockUrls.set(plan, urlsFor(plan, plans, opened))
    const env = Object.assign(
      {},
      ...plans.map(({ name, definition }, index) =>
        envValues(name, definition, opened[index]!.api),
      ),
    ) as Record<string, string>
    assignEnv(owner, env)
    return runningSet(plans, opened, scope, env, owner, fallbacks)
  } catch (error) {
    releaseEnv(owner)
    await closeFallbacks(fallbacks)
    throw error
  }
}

/** Who owns a run has said what there is to say, once for all its processes. */
function sayUnlessOwned({ folder }: Run): (text: string) => void {
  return folder === undefined ? (text) => console.warn(text) : () => {}
}

/** Before all servers are up. */
const NO_URLS: MockUrls = new Map()

/** Where each upstream is mocked; where several APIs have the same one, at the one that asks. */
function urlsFor(asking: ApiPlan, plans: readonly ApiPlan[], opened: readonly OpenApi[]): MockUrls {
  const urls = new Map<string, string>()
  for (const [index, { api }] of opened.entries()) {
    const plan = plans[index]!
    if (plan.upstream === undefined) continue
    if (plan === asking || !urls.has(plan.upstream)) urls.set(plan.upstream, api.url)
  }
  return urls
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

/** Opens all servers, or none: what was opened before one failed is closed again. */
async function openAll(
  plans: readonly ApiPlan[],
  scope: Scope,
  fallbacks: readonly Fallback[],
): Promise<OpenApi[]> {
  const results = await Promise.allSettled(
    plans.map((plan, index) =>
      openApi(plan, { scope, fallback: fallbacks[index]!.responders, resolveScope: () => scope }),
    ),
  )
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed === undefined) return opened
  await closeAll(opened)
  throw failed.reason
}

function runningSet<Name extends string>(
  plans: readonly ApiPlan[],
  opened: readonly OpenApi[],
  scope: Scope,
  env: Readonly<Record<string, string>>,
  owner: object,
  fallbacks: readonly Fallback[],
): RunningSet<Name> {
  const end = async (): Promise<void> => {
    releaseEnv(owner)
    await closeAll(opened)
    await closeFallbacks(fallbacks)
  }
  let ended: Promise<void> | undefined
  const stop = (): Promise<void> => (ended ??= end())
  const reset = (): void => {
    for (const api of opened) api.reset(scope)
  }
  return {
    apis: Object.fromEntries(opened.map(({ api }) => [api.name, api])) as Apis<Name>,
    env,
    scope,
    byUpstream: apisByUpstream(plans, opened),
    isStale: async () =>
      (await Promise.all(fallbacks.map((fallback) => fallback.isStale()))).includes(true),
    reset,
    passed: (test) => tellPassed(fallbacks, test),
    evidence: () =>
      takeEvidence(
        plans,
        opened.map(({ api }) => api),
        scope,
      ),
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
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function closeAll(opened: readonly OpenApi[]): Promise<void> {
  await Promise.allSettled(opened.map((api) => api.close()))
}
