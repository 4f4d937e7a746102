import { followTests, type Blame } from '../mocks/blame.ts'
import type { Mocks } from '../mocks/define.ts'
import { registry, type WorkerSet } from '../mocks/registry.ts'
import type { RunningSet } from '../mocks/start.ts'

/**
 * The worker's set, as new, for the file that begins. A worker that runs several files keeps its
 * set while the declaration is the same object; in VM pools, and after an edit, it is another.
 */
export async function enterFile(mocks: Mocks): Promise<{ blame: Blame }> {
  const shared = registry()
  if (shared.worker?.mocks !== mocks) {
    await shared.worker?.running.stop()
    delete shared.worker
    shared.worker = { mocks, running: (await mocks.start()) as RunningSet }
  }
  const { running } = shared.worker as WorkerSet
  running.scope.tests.clear()
  running.scope.unhandled = []
  await running.renew()
  return { blame: followTests(running) }
}

/** The set of the plugin, if it started this declaration. */
export function pluginSet(mocks: Mocks): RunningSet | undefined {
  const { worker } = registry()
  return worker?.mocks === mocks ? worker.running : undefined
}
