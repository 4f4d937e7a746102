import { followTests, type Blame } from '../mocks/blame.ts'
import type { Mocks } from '../mocks/define.ts'
import { processWide } from '../mocks/process-wide.ts'
import type { RunningSet } from '../mocks/start.ts'

/** The set that the plugin started in this worker. */
interface WorkerSet {
  readonly mocks: Mocks
  readonly running: RunningSet
}

const worker = processWide<{ set?: WorkerSet }>('worker', () => ({}))

/**
 * The worker's set, as new, for the file that begins. A worker that runs several files keeps its
 * set while the declaration is the same object; in VM pools, and after an edit, it is another.
 */
export async function enterFile(mocks: Mocks): Promise<{ blame: Blame }> {
  if (worker.set?.mocks !== mocks) {
    await worker.set?.running.stop()
    delete worker.set
    worker.set = { mocks, running: (await mocks.start()) as RunningSet }
  }
  const { running } = worker.set
  running.scope.tests.clear()
  running.scope.unhandled = []
  await running.renew()
  return { blame: followTests(running) }
}

/** The set of the plugin, if it started this declaration. */
export function pluginSet(mocks: Mocks): RunningSet | undefined {
  return worker.set?.mocks === mocks ? worker.set.running : undefined
}
