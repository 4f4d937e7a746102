import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** One process of this machine. */
export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Tells it from an earlier process with the same number, where the system says when it began. */
  readonly begun: string
}

/** All processes of this machine that run; not those that have ended and wait to be asked how. */
export async function readProcessTable(): Promise<ProcessRow[]> {
  if (process.platform === 'linux') return readdirSync('/proc').flatMap(readStat)
  // Windows has neither groups nor `ps`: what is known there is the process itself.
  if (process.platform === 'win32') return []
  return readPs()
}

/** Linux: those of these processes that have a text in the environment that they began with. */
export function findByEnvironment(table: readonly ProcessRow[], text: string): ProcessRow[] {
  if (process.platform !== 'linux') return []
  return table.filter(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(text)
    } catch {
      // It has ended, or is another user's.
      return false
    }
  })
}

/** `PF_EXITING` (include/linux/sched.h) */
const EXITING = 0x4

/**
 * Linux: whether a process is about to end, and has perhaps closed some of what it had open, though
 * nobody has been told yet.
 */
export function isEnding(pid: number): boolean {
  const fields = process.platform === 'linux' ? statFields(String(pid)) : undefined
  return fields !== undefined && (hasEnded(fields) || (Number(fields[6]) & EXITING) !== 0)
}

function readStat(name: string): ProcessRow[] {
  const fields = /^\d+$/.test(name) ? statFields(name) : undefined
  if (fields === undefined || hasEnded(fields)) return []
  const [parent, group, session] = fields.slice(1, 4).map(Number) as [number, number, number]
  return [{ pid: Number(name), parent, group, session, begun: fields[19]! }]
}

function hasEnded([state]: readonly string[]): boolean {
  return /[ZX]/.test(state!)
}

/** What Linux says of a process, from its state on (proc_pid_stat(5)); undefined where there is none. */
function statFields(pid: string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the program, in parentheses, may have spaces and parentheses in it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function readPs(): Promise<ProcessRow[]> {
  return new Promise((resolve) => {
    execFile('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], (_error, output) => {
      const rows = output.split('\n').map((line) => line.trim().split(/\s+/))
      resolve(
        rows
          .filter(([pid, , , state]) => pid !== '' && state?.startsWith('Z') === false)
          .map(([pid, parent, group]) => ({
            pid: Number(pid),
            parent: Number(parent),
            group: Number(group),
            session: Number(group),
            begun: '',
          })),
      )
    })
  })
}
