import { cp, mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Address } from '../contract/index.ts'
import { describeError, MockberthError } from '../errors.ts'
import { removeFolder } from '../process/folder.ts'
import { startProcesses } from '../process/start.ts'
import type { RunningProcess } from '../process/running-process.ts'
import { LOOPBACK } from '../ports/loopback.ts'
import { PLACEHOLDER, withFolders, type ServicePlan } from './plan.ts'

/** Where a service is. */
export interface ServiceAddress extends Address {
  readonly name: string
  /** The folder with its files: an absolute path. */
  readonly data: string
}

/** The services of a declaration, started together. */
export interface RunningServices {
  readonly addresses: readonly ServiceAddress[]
  /** Whether all of them run, as far as is known at once. */
  areAlive(): boolean
  /** @throws `PROCESS_ENDED` when one of them has died */
  verify(): Promise<void>
  /** Tells of each whose command ends, with `PROCESS_ENDED`; not of those that `stop()` ends. */
  watchDeaths(tell: (death: MockberthError) => void): void
  /** Ends them, and removes their folders. Never rejects. */
  stop(): Promise<void>
}

/**
 * Starts services, each with a folder of its own in `folder`, which is made for them.
 *
 * @param signal ends those that are not ready yet
 * @throws as `startProcesses()` does; `INVALID_OPTION` for a placeholder of a service that is not there,
 * `SERVICE_DATA_UNUSABLE`. Nothing of them runs or is left then
 */
export async function startServices(
  plans: readonly ServicePlan[],
  folder: string,
  signal: AbortSignal,
): Promise<RunningServices> {
  const folderOf = (name: string): string => join(folder, name)
  try {
    const filled = plans.map((plan) => withFolders(plan, plans, folderOf))
    // Users that a service changes to reach what is their own in it.
    await mkdir(folder, { mode: 0o711 })
    for (const plan of filled) await makeData(plan, folderOf(plan.name))
    const processes = await startProcesses(optionsOf(filled), 'the service', signal)
    const addresses = filled.map((plan) =>
      addressOf(plan, folderOf(plan.name), processes[plan.name], processes),
    )
    return running(addresses, Object.values(processes), folder)
  } catch (error) {
    await removeFolder(folder)
    throw error
  }
}

function running(
  addresses: readonly ServiceAddress[],
  processes: readonly RunningProcess[],
  folder: string,
): RunningServices {
  return {
    addresses,
    areAlive: () => processes.every((each) => each.isAlive()),
    async verify() {
      for (const each of processes) await each.verify()
    },
    watchDeaths(tell) {
      for (const each of processes) void each.exited.then(() => each.verify()).catch(tell)
    },
    async stop() {
      await Promise.all(processes.map((each) => each.stop()))
      await removeFolder(folder)
    },
  }
}

function optionsOf(plans: readonly ServicePlan[]): Parameters<typeof startProcesses>[0] {
  return Object.fromEntries(
    plans.flatMap(({ name, process: options }) => (options === undefined ? [] : [[name, options]])),
  )
}

/** The folder of a service, with what it begins with. */
async function makeData({ name, template }: ServicePlan, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  if (template === undefined) return
  try {
    // Links within it are to lead to the copies.
    await cp(await realpath(template), folder, { recursive: true, verbatimSymlinks: true })
  } catch (error) {
    throw new MockberthError(
      'SERVICE_DATA_UNUSABLE',
      `the service ${name}: data names ${template}, which cannot be copied: ${describeError(error)}. It takes the path of a folder, from the package of the declaration on.`,
      { cause: error },
    )
  }
}

function addressOf(
  { name, url }: ServicePlan,
  data: string,
  own: RunningProcess | undefined,
  processes: Readonly<Record<string, RunningProcess>>,
): ServiceAddress {
  // Only ports are left to fill in.
  const filled = url?.replaceAll(PLACEHOLDER, (_, other?: string) =>
    String((other === undefined ? own : processes[other])?.port),
  )
  return {
    name,
    url: filled ?? own?.url ?? pathToFileURL(data).href,
    hostname: LOOPBACK,
    port: own?.port ?? 0,
    data,
  }
}
