import { inject } from 'vitest'
import type { Declaration, Mocks } from '../mocks/define.ts'
import { processWide } from '../mocks/process-wide.ts'
import type { RunningSet } from '../mocks/running-set.ts'
import { DECLARATION_KEY } from './provided.ts'
import { followFile, type FileFollower } from './follow.ts'

/** The set that the plugin started in this worker. */
interface WorkerSet {
  readonly mocks: Mocks
  /** The folder of the run that it replays and records for, if there is a recording. */
  readonly run: string | undefined
  readonly running: RunningSet
  /** Of the file that runs now. */
  readonly follower: FileFollower
}

const worker = processWide<{ set?: WorkerSet }>('worker', () => ({}))

/**
 * The worker's set, as new, for the file that begins. A worker that runs several files keeps its
 * set while the declaration is the same object; in VM pools, and after an edit, it is another. An
 * edited recording is started anew, and so is a set in another run.
 */
export async function enterFile(
  mocks: Declaration,
  root: string,
  run: string | undefined,
): Promise<FileFollower> {
  const running = await setFor(mocks, root, run)
  running.scope.tests = []
  running.scope.unhandled = []
  await running.renew()
  const follower = followFile(running)
  worker.set = { mocks, run, running, follower }
  return follower
}

async function setFor(
  mocks: Declaration,
  root: string,
  run: string | undefined,
): Promise<RunningSet> {
  const { set } = worker
  const isKept = set?.mocks === mocks && set.run === run && !(await set.running.isStale())
  if (isKept) return set.running
  await endWorkerSet()
  return mocks.startIn({ run }, { root })
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
