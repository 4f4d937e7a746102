import { MockberthError } from '../errors.ts'
import { claimPort, tryClaim, type PortClaim } from '../ports/claim.ts'
import { holderOf } from '../ports/listeners.ts'
import { launch, type Launched } from './launch.ts'
import { planProcess, type ProcessOptions, type ProcessPlan } from './options.ts'
import type { Ports } from './placeholders.ts'
import { waitUntilReady } from './ready.ts'
import { createRunningProcess, type RunningProcess } from './running-process.ts'

/** How often a process gets another port after it lost one to another program. */
const MOST_RETRIES = 3

/**
 * Starts a process on a port of its own, and waits until it is ready. Its whole tree is ended with
 * `stop()`, when it ends itself, and when this process is gone.
 *
 * @param where what messages call it
 * @throws `PROCESS_NOT_STARTED`, `PROCESS_ENDED`, `PROCESS_NOT_READY`, `PORT_TAKEN`, `NO_PORTS_LEFT`,
 * `INVALID_OPTION`, `UNKNOWN_OPTION`; nothing of it runs then
 */
export async function startProcess(
  options: ProcessOptions,
  where = 'the app',
): Promise<RunningProcess> {
  const [started] = await startPlans([planProcess(where, '', options)])
  return started!
}

/**
 * Starts processes that know of each other's ports: `{api.url}` in a command or in env. All begin at
 * once. When one of them fails, the others are ended.
 *
 * @param where what messages call them, before the name of each
 * @param signal ends those that are not ready yet
 * @throws as {@link startProcess} does
 */
export async function startProcesses<Name extends string>(
  processes: Readonly<Record<Name, ProcessOptions>>,
  where = 'the app',
  signal?: AbortSignal,
): Promise<Readonly<Record<Name, RunningProcess>>> {
  const names = Object.keys(processes) as Name[]
  const plans = names.map((name) => planProcess(`${where} ${name}`, name, processes[name]))
  const started = await startPlans(plans, signal)
  return Object.fromEntries(names.map((name, index) => [name, started[index]!])) as Record<
    Name,
    RunningProcess
  >
}

type Claims = ReadonlyMap<string, PortClaim>

async function startPlans(
  plans: readonly ProcessPlan[],
  signal?: AbortSignal,
): Promise<RunningProcess[]> {
  for (let retries = 0; ; retries++) {
    const claims = await claimAll(plans)
    try {
      return await startOn(plans, claims, signal)
    } catch (error) {
      releaseAll(claims)
      const isLostPort = error instanceof MockberthError && error.code === 'PORT_TAKEN'
      if (!isLostPort || retries === MOST_RETRIES) throw error
    }
  }
}

/** Starts all, or none. */
async function startOn(
  plans: readonly ProcessPlan[],
  claims: Claims,
  signal?: AbortSignal,
): Promise<RunningProcess[]> {
  const ports: Ports = new Map(plans.map(({ name }) => [name, claims.get(name)?.port]))
  const launched: Launched[] = []
  const endAll = (): Promise<unknown> => Promise.all(launched.map(({ stop }) => stop()))
  signal?.addEventListener('abort', endAll)
  try {
    for (const plan of plans) {
      signal?.throwIfAborted()
      launched.push(await launch(plan, ports))
    }
    signal?.throwIfAborted()
    const reached = await Promise.all(launched.map(waitUntilReady))
    return launched.map((each, index) =>
      createRunningProcess(each, reached[index]!, claims.get(each.plan.name), () =>
        startAgain(each),
      ),
    )
  } catch (error) {
    await endAll()
    throw error
  } finally {
    signal?.removeEventListener('abort', endAll)
  }
}

async function startAgain({ plan, ports }: Launched): Promise<RunningProcess> {
  const port = ports.get(plan.name)
  const claim = port === undefined ? undefined : await claimFor({ ...plan, port })
  try {
    const launched = await launch(plan, ports)
    const readyAt = await waitUntilReady(launched).catch(async (error: unknown) => {
      await launched.stop()
      throw error
    })
    return createRunningProcess(launched, readyAt, claim, () => startAgain(launched))
  } catch (error) {
    claim?.release()
    throw error
  }
}

async function claimAll(plans: readonly ProcessPlan[]): Promise<Claims> {
  const claims = new Map<string, PortClaim>()
  try {
    for (const plan of plans) {
      if (plan.port !== false) claims.set(plan.name, await claimFor(plan))
    }
    return claims
  } catch (error) {
    releaseAll(claims)
    throw error
  }
}

function releaseAll(claims: Claims): void {
  for (const claim of claims.values()) claim.release()
}

async function claimFor({ where, port }: ProcessPlan): Promise<PortClaim> {
  if (typeof port !== 'number') return claimPort()
  const claim = await tryClaim(port)
  if (claim !== undefined) return claim
  const holder = (await holderOf(port)) ?? 'another program'
  throw new MockberthError(
    'PORT_TAKEN',
    `${where}: port ${port} is in use by ${holder}. End that, or leave out port to get a free one.`,
  )
}
