// Run as a process of its own, beside one that has started others: when that one is gone, however it
// went, it ends what was started, and removes the folders that these had. It is told of both line by line,
// and of its end by the end of input.

import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { removeFolder } from './folder.ts'
import { endTree, type Ending, type Tree } from './tree.ts'

/** The file to run. */
export const GUARD_FILE: string = fileURLToPath(import.meta.url)

/** What a guard is told. */
export type GuardOrder =
  /** To end this tree. It has no pid until it has been started: then it is found by its mark. */
  | { readonly guard: Tree & Ending }
  /** That the tree of this mark has ended. */
  | { readonly forget: string }
  /** To remove this folder, when all trees have ended. */
  | { readonly guardFolder: string }
  /** That the folder is removed. */
  | { readonly forgetFolder: string }

if (process.argv[1] === GUARD_FILE) guard()

function guard(): void {
  // Signals to end are for the process that is guarded; if it obeys, the input ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  const trees = new Map<string, Tree & Ending>()
  const folders = new Set<string>()
  const obey = (order: GuardOrder): unknown => {
    if ('guard' in order) return trees.set(order.guard.mark, order.guard)
    if ('forget' in order) return trees.delete(order.forget)
    if ('guardFolder' in order) return folders.add(order.guardFolder)
    return folders.delete(order.forgetFolder)
  }
  createInterface({ input: process.stdin })
    .on('line', (line) => obey(JSON.parse(line) as GuardOrder))
    .once('close', () => {
      void Promise.all([...trees.values()].map((tree) => endTree(tree, tree))).then(() =>
        Promise.all([...folders].map(removeFolder)),
      )
    })
}
