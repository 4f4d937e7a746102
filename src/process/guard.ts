// Run as a process of its own, beside one that has started others: when that one is gone, however it
// went, it ends what was started. It is told of trees line by line, and of its end by the end of input.

import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { endTree, type Ending, type Tree } from './tree.ts'

/** The file to run. */
export const GUARD_FILE: string = fileURLToPath(import.meta.url)

/** What a guard is told. */
export type GuardOrder =
  /** To end this tree. It has no pid until it has been started: then it is found by its mark. */
  | { readonly guard: Tree & Ending }
  /** That the tree of this mark has ended. */
  | { readonly forget: string }

if (process.argv[1] === GUARD_FILE) guard()

function guard(): void {
  // Signals to end are for the process that is guarded; if it obeys, the input ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  const trees = new Map<string, Tree & Ending>()
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      const order = JSON.parse(line) as GuardOrder
      if ('guard' in order) trees.set(order.guard.mark, order.guard)
      else trees.delete(order.forget)
    })
    .once('close', () => {
      void Promise.all([...trees.values()].map((tree) => endTree(tree, tree)))
    })
}
