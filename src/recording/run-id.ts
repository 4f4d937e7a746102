import { randomBytes } from 'node:crypto'
import { systemCode } from '../errors.ts'

/** A name for a run, with the process that owns it in it. */
export function newRunId(): string {
  return `${process.pid}-${randomBytes(6).toString('hex')}`
}

/** The name of a run that has ended and could not merge what it recorded. */
export function abandoned(run: string): string {
  return run.replace(/^\d+/, '0')
}

/** Whether a run has ended, or the process that owns it. */
export function hasEnded(run: string): boolean {
  const owner = Number.parseInt(run, 10)
  return owner === 0 || !isAlive(owner)
}

/** Whether a process of this id runs, whosever it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}
