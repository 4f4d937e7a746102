import { inject } from 'vitest'
import type { Declaration, Mocks } from '../mocks/define.ts'
import { processWide } from '../mocks/process-wide.ts'
import type { RunningSet } from '../mocks/running-set.ts'
import { DECLARATION_KEY } from './provided.ts'
import { followFile, type FileFollower } from './follow.ts'

/** The run that a file is part of. */
interface RunOfFile {
  /** The folder of the run that is replayed and recorded for, if there is a recording. */
  readonly run: string | undefined
  /** The socket of who owns its services, if there are any. */
  readonly owner: string | undefined
}

/** The set that the plugin started in this worker. */
interface WorkerSet {
  readonly mocks: Mocks
  readonly of: RunOfFile
  readonly running: RunningSet
  /** Of the file that runs now. */
  readonly follower: FileFollower
}

const worker = processWide<{ set?: WorkerSet }>('worker', () => ({}))

/**
 * The worker's set, as new, for the file that begins. A worker that runs several files keeps its
 * set while the declaration is the same object; in VM pools, and after an edit, it is another. An
 * edited recording is started anew, and so is a set in another run, or one with a service that has died.
 */
export async function enterFile(
  mocks: Declaration,
  root: string,
  of: RunOfFile,
): Promise<FileFollower> {
  const running = await setFor(mocks, root, of)
  running.scope.tests = []
  running.scope.unhandled = []
  await running.renew()
  const follower = followFile(running)
  worker.set = { mocks, of, running, follower }
  return follower
}

async function setFor(mocks: Declaration, root: string, of: RunOfFile): Promise<RunningSet> {
  const { set } = worker
  const isOfRun = set?.mocks === mocks && set.of.run === of.run && set.of.owner === of.owner
  const isKept = isOfRun && (await isUsable(set.running))
  if (isKept) return set.running
  await endWorkerSet()
  const { run, owner } = of
  const services =
    owner === undefined ? undefined : { owner, slot: process.env.VITEST_POOL_ID ?? '' }
  return mocks.startIn({ run, services }, { root })
}

/** What is replayed is in the recording, and no service has died. */
async function isUsable({ isStale, held }: RunningSet): Promise<boolean> {
  return !(await isStale()) && (await held.died()) === undefined
}

/** The follower of the plugin, if it started this declaration. */
export function pluginFollower(mocks: Mocks): FileFollower | undefined {
  return worker.set?.mocks === mocks ? worker.set.follower : undefined
}

/**
 * Ends the set of a project with the plugin, in a file of a project without it: Vitest 3 runs the
 * files of all projects in the same VM workers.
 */
export async function leaveForeignSet(): Promise<void> {
  if (inject(DECLARATION_KEY as never) === undefined) await endWorkerSet()
}

async function endWorkerSet(): Promise<void> {
  await worker.set?.running.stop()
  delete worker.set
}
