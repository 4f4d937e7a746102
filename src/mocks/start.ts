import { joinRun, type Run } from '../run/run.ts'
import type { Definitions } from './definition.ts'
import { assignEnv, claimEnv, releaseEnv } from './environment.ts'
import {
  envNamesOfServices,
  holdServices,
  planServices,
  type HeldServices,
} from './held-services.ts'
import { planStart, rootOf, type StartOptions } from './plan.ts'
import { runningSet, type RunningSet } from './running-set.ts'
import type { ServiceDefinitions } from './service-definition.ts'
import { startApis, type Surroundings } from './start-apis.ts'
import { endApis, type StartedApis } from './started-apis.ts'

/** What is declared. */
export interface Declared<Name extends string, ServiceName extends string> {
  readonly apis: Definitions<Name>
  readonly services: ServiceDefinitions<ServiceName>
}

/** Starts a declaration: everything that can be wrong in it is found before anything is bound. */
export async function startMocks<Name extends string, ServiceName extends string>(
  { apis, services }: Declared<Name, ServiceName>,
  options: StartOptions = {},
  surroundings: Surroundings = {},
): Promise<RunningSet<Name, ServiceName>> {
  const { before } = surroundings
  const run = joinRun(surroundings.run)
  const plans = planStart(apis, options, sayUnlessOwned(run))
  const servicePlans = planServices(services, rootOf(options))
  const owner = {}
  if (options.env !== false) {
    claimEnv(owner, [...plans.flatMap((plan) => plan.envNames), ...envNamesOfServices(services)])
  }
  let held: HeldServices | undefined
  let started: StartedApis | undefined
  try {
    held = await holdServices(services, servicePlans, surroundings.services, before?.held)
    started = await startApis(plans, run, surroundings)
    const env = { ...started.env, ...held.env }
    assignEnv(owner, env)
    await held.setUp()
    for (const api of started.opened) api.takeOver()
    await before?.leave(new Set(started.opened.map(({ port }) => port)), held)
    return runningSet(plans, started, env, owner, held)
  } catch (error) {
    releaseEnv(owner)
    if (started !== undefined) await endApis(started, new Set(before?.listeners.values()))
    if (held?.lease !== before?.held.lease) await held?.release()
    throw error
  }
}

/** Who owns a run has said what there is to say, once for all its processes. */
function sayUnlessOwned({ folder }: Run): (text: string) => void {
  return folder === undefined ? (text) => console.warn(text) : () => {}
}
