import { spawn, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import type { GuardOrder } from './guard.ts'
import type { Ending, Tree } from './tree.ts'

/** The one guard of this process, as long as there is something to guard. */
let child: ChildProcess | undefined
const trees = new Map<string, Tree & Ending>()
const folders = new Set<string>()

/** What sees to it that trees are ended, and folders removed, when this process is gone, however it went. */
export interface Guard {
  /**
   * To be called before a tree is started, without a pid, and again with it. The guard itself begins
   * beside the tree, has nothing of this process open but its own pipe, and keeps nothing alive.
   */
  watch(tree: Tree & Ending): void
  /** The tree has ended. The last thing that is guarded takes the guard with it. */
  forget(mark: string): void
  /** The folder is to be removed after all trees have ended. */
  watchFolder(folder: string): void
  /** The folder is removed. */
  forgetFolder(folder: string): void
}

/** Loads what a guard takes; it runs while there is something to guard. */
export async function loadGuard(): Promise<Guard> {
  // In a package that was bundled, only the module itself knows which file it is.
  const { GUARD_FILE } = await import('./guard.ts')
  const begin = (order: GuardOrder): void => {
    if (child !== undefined) return tell(child, order)
    child = startGuard(GUARD_FILE)
    for (const tree of trees.values()) tell(child, { guard: tree })
    for (const folder of folders) tell(child, { guardFolder: folder })
  }
  return {
    watch(tree) {
      trees.set(tree.mark, tree)
      begin({ guard: tree })
    },
    forget(mark) {
      if (trees.delete(mark)) end({ forget: mark })
    },
    watchFolder(folder) {
      folders.add(folder)
      begin({ guardFolder: folder })
    },
    forgetFolder(folder) {
      if (folders.delete(folder)) end({ forgetFolder: folder })
    },
  }
}

/** Nothing is guarded any more that was. */
function end(order: GuardOrder): void {
  if (child === undefined) return
  tell(child, order)
  if (trees.size + folders.size > 0) return
  child.stdin!.end()
  child = undefined
}

function startGuard(file: string): ChildProcess {
  const started = spawn(process.execPath, [file], {
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: undefined, NODE_V8_COVERAGE: undefined },
  })
  started.on('error', () => {}).unref()
  // If somebody has ended it, the next tree gets another one, which is told of all.
  started.once('exit', () => {
    if (child === started) child = undefined
  })
  started.stdin.on('error', () => {})
  ;(started.stdin as Socket).unref()
  return started
}

/** What is written is in the pipe at once, for the guard to read even if this process ends now. */
function tell(guard: ChildProcess, order: GuardOrder): void {
  guard.stdin!.write(`${JSON.stringify(order)}\n`)
}
