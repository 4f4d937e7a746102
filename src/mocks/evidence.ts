import type { Scope } from '../contract/index.ts'
import type { ApiTraffic, Evidence } from '../report/evidence.ts'
import { allOf, letGoOf } from '../traffic/journal.ts'
import type { MockApi } from './mock-api.ts'
import { envValues } from './env-definition.ts'
import type { ApiPlan } from './plan.ts'

/** The traffic of a scope until now; undefined where there was none. */
export async function takeEvidence(
  plans: readonly ApiPlan[],
  apis: readonly MockApi[],
  scope: Scope,
): Promise<Evidence | undefined> {
  const traffic: ApiTraffic[] = plans.map((plan, index) => ({
    name: plan.name,
    upstream: plan.upstream,
    address: apis[index]!,
    env: envValues(`the API ${plan.name}`, plan.definition, apis[index]!),
    redact: plan.definition.redact,
    exchanges: allOf(scope, plan.name),
    letGo: letGoOf(scope, plan.name),
  }))
  if (traffic.every(({ exchanges }) => exchanges.length === 0)) return undefined
  const { collectEvidence } = await import('../report/evidence.ts')
  return collectEvidence(traffic, plans[0]!.root)
}
