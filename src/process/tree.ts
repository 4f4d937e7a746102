import { execFile } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { delay } from '../contract/timers.ts'
import { findByEnvironment, readProcessTable, type ProcessRow } from './process-table.ts'

/** A process that leads a group and a session of its own, and all that came out of it. */
export interface Tree {
  /** Of its root, once that has been started. */
  readonly pid?: number
  /** What is in the environment of all of its processes. */
  readonly mark: string
}

/** How a tree is ended. */
export interface Ending {
  /** What asks its processes to end. */
  readonly signal: NodeJS.Signals
  /** After how many milliseconds those that have not are killed. */
  readonly grace: number
}

const LOOK_EVERY = 20
/** How long processes that were killed may take to go, in milliseconds: those in a system call do. */
const LONGEST_KILL = 5000

/** The processes of a tree that run, those included that have left its group and its session. */
export async function processesOf(tree: Tree): Promise<number[]> {
  return (await createLookout(tree).all()).map(({ pid }) => pid)
}

/** Ends all processes of a tree: asks them to, waits, kills what is left. Never rejects. */
export async function endTree(tree: Tree, { signal, grace }: Ending): Promise<void> {
  const lookout = createLookout(tree)
  send(tree, await lookout.all(), signal)
  if (await lookout.emptyWithin(grace)) return
  const latest = performance.now() + LONGEST_KILL
  // Again and again: a process may have started others between the look and the kill.
  do send(tree, await lookout.all(), 'SIGKILL')
  while (!(await lookout.emptyWithin(4 * LOOK_EVERY)) && performance.now() < latest)
}

interface Lookout {
  /** What runs of the tree, looked up in the environments of all processes, too. */
  all(): Promise<ProcessRow[]>
  /** Whether nothing of it runs any more before so many milliseconds have passed. */
  emptyWithin(milliseconds: number): Promise<boolean>
}

function createLookout(tree: Tree): Lookout {
  // Who was in the tree once stays in it, wherever it hangs when its parents have gone.
  const known = new Set<string>()
  const look = async (alsoMarked: boolean): Promise<ProcessRow[]> => {
    const table = await readProcessTable()
    const marked = alsoMarked ? findByEnvironment(table, tree.mark) : []
    const rows = membersOf(tree, table, (row) => known.has(keyOf(row)) || marked.includes(row))
    for (const row of rows) known.add(keyOf(row))
    return rows
  }
  const isEmpty = async (): Promise<boolean> =>
    (await look(false)).length === 0 && (await look(true)).length === 0
  return {
    all: () => look(true),
    async emptyWithin(milliseconds) {
      const latest = performance.now() + milliseconds
      for (;;) {
        if (await isEmpty()) return true
        if (performance.now() >= latest) return false
        await delay(LOOK_EVERY)
      }
    },
  }
}

function membersOf(
  { pid: root }: Tree,
  table: readonly ProcessRow[],
  isKnown: (row: ProcessRow) => boolean,
): ProcessRow[] {
  // Where nothing is known of other processes, there is the root.
  if (table.length === 0 && root !== undefined && trySend(root, 0)) {
    return [{ pid: root, parent: 0, group: root, session: root, begun: '' }]
  }
  const members = new Map<number, ProcessRow>()
  for (const row of table) {
    const isOfRoot = row.pid === root || row.group === root || row.session === root
    if (isOfRoot || isKnown(row)) members.set(row.pid, row)
  }
  // A Map that grows is walked to its end: children of children are found, too.
  for (const [pid] of members) {
    for (const row of table) if (row.parent === pid) members.set(row.pid, row)
  }
  return [...members.values()]
}

function keyOf({ pid, begun }: ProcessRow): string {
  return `${pid} ${begun}`
}

/** To the group at once, so that nobody in it is missed; to those outside of it one by one. */
function send({ pid: root }: Tree, rows: readonly ProcessRow[], signal: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    if (root !== undefined) execFile('taskkill', ['/pid', String(root), '/T', '/F'], () => {})
    return
  }
  if (root !== undefined && rows.some(({ group }) => group === root)) trySend(-root, signal)
  for (const { pid, group } of rows) if (group !== root) trySend(pid, signal)
}

/** @returns whether there was somebody to get it */
export function trySend(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    // It has ended.
    return false
  }
}
