import { readdirSync, readFileSync } from 'node:fs'

/** The processes that run on this machine and have a text in their command line or environment. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((name) => {
      try {
        // Those that have ended and wait for their parents have neither.
        return ['cmdline', 'environ'].some((file) =>
          readFileSync(`/proc/${name}/${file}`, 'latin1').includes(text),
        )
      } catch {
        // It has ended meanwhile.
        return false
      }
    })
    .map(Number)
}

/** The guards of processes: those of this one, or of another. */
export function guardsOf(pid = process.pid): number[] {
  return processesWith('process/guard.ts').filter((guard) => statOf(guard)?.parent === pid)
}

/** Whether a process runs: one that has ended, and waits for its parent to ask how, does not. */
export function isRunning(pid: number): boolean {
  const state = statOf(pid)?.state
  return state !== undefined && state !== 'Z' && state !== 'X'
}

interface Stat {
  readonly state: string
  readonly parent: number
  readonly session: number
}

export function statOf(pid: number): Stat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: state!, parent: Number(parent), session: Number(session) }
  } catch {
    return undefined
  }
}
