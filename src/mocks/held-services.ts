import { resolve } from 'node:path'
import { delay } from '../contract/timers.ts'
import { describeError, errorWithoutStack, ownFrames, type MockberthError } from '../errors.ts'
import type { Lease, ServicesPlace } from '../services/lease.ts'
import type { ServicePlan } from '../services/plan.ts'
import { envNames, envValues, SAMPLE } from './env-definition.ts'
import type { Service, ServiceDefinition, Services } from './service-definition.ts'

type Definitions = Readonly<Record<string, ServiceDefinition>>

/** The services of a running set. */
export interface HeldServices {
  readonly services: Services<string>
  readonly env: Readonly<Record<string, string>>
  /** What they are, to be compared with others. */
  readonly identity: string
  /** Undefined where there are none. */
  readonly lease: Lease | undefined
  /**
   * Has them set up and as new, unless they are.
   * @throws `SERVICE_SETUP_FAILED`, `SERVICE_RESET_FAILED`, `SERVICES_GONE`
   */
  setUp(): Promise<void>
  /**
   * Makes them as new, for a test.
   * @throws `SERVICE_RESET_FAILED`
   */
  reset(): Promise<void>
  /** What one of them has died of, if it has; `SERVICES_GONE` when their owner has ended. */
  died(): Promise<MockberthError | undefined>
  /** Tells at once of each that dies and is this process's own. */
  watchDeaths(tell: (death: MockberthError) => void): void
  /** Never rejects. */
  release(): Promise<void>
  isReleased(): boolean
}

/** In milliseconds: how long a service may be getting ready, and its `setup` may take. */
const TIMEOUT = 60_000

/** In milliseconds: `reset` is called before each test, within whose time runners want it done. */
const LONGEST_RESET = 10_000

/**
 * Makes one start of the services of a declaration.
 *
 * @param root the folder of the project
 * @throws `ENV_FUNCTION_FAILED`
 */
export function planServices(definitions: Definitions, root: string): readonly ServicePlan[] {
  return Object.entries(definitions).map(([name, definition]) => {
    envValues(`the service ${name}`, definition, { ...SAMPLE, name, data: '/data' })
    const { command, cwd, port, timeout = TIMEOUT, signal } = definition
    return {
      name,
      url: definition.url,
      template: definition.data === undefined ? undefined : resolve(root, definition.data),
      process:
        command === undefined
          ? undefined
          : {
              command,
              cwd: resolve(root, cwd ?? '.'),
              env: definition.processEnv,
              port,
              ready: definition.ready ?? 'listening',
              timeout,
              signal,
            },
    }
  })
}

/** The names in `process.env` that services ask for. */
export function envNamesOfServices(definitions: Definitions): readonly string[] {
  return Object.values(definitions).flatMap((definition) => envNames(definition))
}

const NONE: HeldServices = {
  services: {},
  env: {},
  identity: '',
  lease: undefined,
  setUp: () => Promise.resolve(),
  reset: () => Promise.resolve(),
  died: () => Promise.resolve(undefined),
  watchDeaths() {},
  release: () => Promise.resolve(),
  isReleased: () => false,
}

/**
 * Has the services of a declaration run.
 *
 * @param before those whose place they take: the same ones go on, unless one has died; those that have a
 * port that is wanted are released, also when this throws
 * @throws as `leaseServices()` does; `ENV_FUNCTION_FAILED`
 */
export async function holdServices(
  definitions: Definitions,
  plans: readonly ServicePlan[],
  place: ServicesPlace | undefined,
  before: HeldServices | undefined,
): Promise<HeldServices> {
  if (plans.length === 0) return NONE
  const { leaseServices } = await import('../services/lease.ts')
  const { plansToText } = await import('../services/plan.ts')
  const text = plansToText(plans)
  const identity = identityOf(definitions, text)
  if (before?.lease !== undefined && !before.isReleased()) {
    if (before.identity === identity && (await before.died()) === undefined) {
      return held(definitions, identity, before.lease, false)
    }
    if (wantPortOf(plans, before)) await before.release()
  }
  const lease = await leaseServices(text, place)
  try {
    return held(definitions, identity, lease, lease.isNew)
  } catch (error) {
    await lease.release()
    throw error
  }
}

/** Whether one of these is to have the very port that one of those has. */
function wantPortOf(plans: readonly ServicePlan[], { services }: HeldServices): boolean {
  const ports = new Set<unknown>(Object.values(services).map(({ port }) => port))
  return plans.some((plan) => plan.process !== undefined && ports.has(plan.process.port))
}

/** Services that would be set up in another way are others. */
function identityOf(definitions: Definitions, plans: string): string {
  return JSON.stringify([plans, ...Object.values(definitions).map(({ setup }) => String(setup))])
}

function held(
  definitions: Definitions,
  identity: string,
  lease: Lease,
  isNew: boolean,
): HeldServices {
  const all = Object.entries(definitions)
  const services = Object.fromEntries(lease.addresses.map((service) => [service.name, service]))
  const env = all.map(([name, definition]) =>
    envValues(`the service ${name}`, definition, services[name]!),
  )
  const reset = (): Promise<void> => callEach(all, services, 'reset')
  let isReleased = false
  return {
    services,
    env: Object.assign({}, ...env) as Record<string, string>,
    identity,
    lease,
    async setUp() {
      if (!isNew) return
      try {
        await callEach(all, services, 'setup')
        await reset()
      } catch (error) {
        // Whoever does not hear of it has ended, and hands out nothing.
        await lease.fail(error as MockberthError).catch(() => {})
        throw error
      }
      await lease.settle()
    },
    reset,
    died: () => lease.died(),
    watchDeaths: (tell) => lease.watchDeaths?.(tell),
    release() {
      isReleased = true
      return lease.release()
    },
    isReleased: () => isReleased,
  }
}

/** One after the other: what is set up later may need what was before it. */
async function callEach(
  all: readonly (readonly [string, ServiceDefinition])[],
  services: Services<string>,
  what: 'setup' | 'reset',
): Promise<void> {
  const code = what === 'setup' ? 'SERVICE_SETUP_FAILED' : 'SERVICE_RESET_FAILED'
  for (const [name, { [what]: call, timeout = TIMEOUT }] of all) {
    if (call === undefined) continue
    const failed = (why: string, frames?: string): MockberthError =>
      errorWithoutStack(code, `the service ${name}: ${what} ${why}`, frames)
    const limit = what === 'setup' ? timeout : Math.min(timeout, LONGEST_RESET)
    await called(call, services[name]!, limit, failed)
  }
}

async function called(
  call: (service: Service) => unknown,
  service: Service,
  timeout: number,
  failed: (why: string, frames?: string) => MockberthError,
): Promise<void> {
  const patience = new AbortController()
  const { signal } = patience
  const tooLate = delay(timeout, undefined, { signal }).then(() => {
    throw failed(
      `was not done within ${timeout} ms; mend what keeps it${timeout === LONGEST_RESET ? '' : ', or give it more time (timeout)'}.`,
    )
  })
  const done = Promise.resolve(service)
    .then(call)
    .catch((error: unknown) => {
      throw failed(`failed; mend it: ${describeError(error)}`, ownFrames(error))
    })
  try {
    await Promise.race([done, tooLate])
  } finally {
    patience.abort()
    tooLate.catch(() => {})
  }
}
