import type { Scope } from '../contract/index.ts'
import type { MockUrls } from '../recording/origins.ts'
import type { Run } from '../run/run.ts'
import type { ServicesPlace } from '../services/lease.ts'
import { envValues } from './env-definition.ts'
import { closeFallbacks, prepareFallbacks, type Fallback } from './fallbacks.ts'
import { createMarks, type FindOwner, type Marks } from './marks.ts'
import { closeAll, openApi, type ApiSurroundings, type OpenApi } from './open-api.ts'
import type { ApiPlan } from './plan.ts'
import type { RunningSet } from './running-set.ts'
import { createScope } from './scope.ts'
import type { StartedApis } from './started-apis.ts'

/** What a set finds that is started. */
export interface Surroundings {
  /** The folder of its run. Default: that of the run which the environment names, if it names one. */
  readonly run?: string | undefined
  /** Says whose the requests are that carry marks. Default: the tests of this set. */
  readonly findOwner?: FindOwner
  /** The address at which other machines reach the APIs, too. Default: none. */
  readonly host?: string | undefined
  /** Who has the services of its run. Default: the set itself. */
  readonly services?: ServicesPlace | undefined
  /** The set whose place it takes, ports included, once all is ready. That one is stopped then. */
  readonly before?: RunningSet
}

/** Opens the servers of all APIs, or none. */
export async function startApis(
  plans: readonly ApiPlan[],
  run: Run,
  { findOwner, host, before }: Surroundings,
): Promise<StartedApis> {
  const mockUrls = new Map<ApiPlan, MockUrls>()
  const scope = createScope()
  const marks = createMarks<Scope>()
  const ownerOf = findOwner ?? ownerAmong(marks, scope)
  const mockUrlsOf = (plan: ApiPlan): MockUrls => mockUrls.get(plan) ?? NO_URLS
  const fallbacks = await prepareFallbacks(plans, { run, mockUrls: mockUrlsOf })
  try {
    const opened = await openAll(plans, fallbacks, {
      scope,
      isShared: findOwner !== undefined,
      host,
      mockUrls: mockUrlsOf,
      listenerBefore: (api) => before?.listeners.get(api),
      findOwner: (request) => (request.marks.length === 0 ? { scope } : ownerOf(request.marks)),
    })
    const mocked = mockedUpstreams(plans, opened)
    for (const plan of plans) mockUrls.set(plan, urlsFor(plan, mocked))
    return { opened, scope, marks, env: envOf(plans, opened), fallbacks }
  } catch (error) {
    await closeFallbacks(fallbacks)
    throw error
  }
}

function envOf(plans: readonly ApiPlan[], opened: readonly OpenApi[]): Record<string, string> {
  const values = plans.map(({ name, definition }, index) =>
    envValues(`the API ${name}`, definition, opened[index]!.api),
  )
  return Object.assign({}, ...values) as Record<string, string>
}

function ownerAmong(tests: Marks<Scope>, scope: Scope): FindOwner {
  // A set that no runner follows is its caller's alone, whoever asks it: marks are of tests of others.
  const isFollowed = (): boolean => tests.hasAny() || scope.tests.length > 0
  return (marks) => {
    if (!isFollowed()) return { scope }
    const result = tests.find(marks)
    return 'found' in result ? { scope: result.found } : result
  }
}

/** Before all servers are up. */
const NO_URLS: MockUrls = new Map()

/** An upstream, and the URL of an API that mocks it. */
interface MockedUpstream {
  readonly plan: ApiPlan
  readonly upstream: string
  readonly url: string
}

function mockedUpstreams(plans: readonly ApiPlan[], opened: readonly OpenApi[]): MockedUpstream[] {
  return plans.flatMap((plan, index) => {
    const { upstream } = plan
    return upstream === undefined ? [] : [{ plan, upstream, url: opened[index]!.api.url }]
  })
}

/** Where each upstream is mocked; where several APIs have the same one, at the one that asks. */
function urlsFor(asking: ApiPlan, mocked: readonly MockedUpstream[]): MockUrls {
  const urls = new Map<string, string>()
  for (const { plan, upstream, url } of mocked) {
    if (plan === asking || !urls.has(upstream)) urls.set(upstream, url)
  }
  return urls
}

/** Opens all servers, or none: what was opened before one failed is closed again. */
async function openAll(
  plans: readonly ApiPlan[],
  fallbacks: readonly Fallback[],
  surroundings: Omit<ApiSurroundings, 'fallback'>,
): Promise<OpenApi[]> {
  const results = await Promise.allSettled(
    plans.map((plan, index) =>
      openApi(plan, { ...surroundings, fallback: fallbacks[index]!.responders }),
    ),
  )
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed === undefined) return opened
  const before = plans.flatMap(({ name }) => surroundings.listenerBefore(name) ?? [])
  await closeAll(opened, new Set(before))
  throw failed.reason
}
