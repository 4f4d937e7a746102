import { randomBytes } from 'node:crypto'
import { invalidOption, systemCode } from '../errors.ts'

/** A name for a run, with the process that owns it in it. */
export function newRunId(): string {
  return `${process.pid}-${randomBytes(6).toString('hex')}`
}

/** The name of a run that has ended and could not merge what it recorded. */
export function abandoned(run: string): string {
  return run.replace(/^\d+/, '0')
}

/** In the name of what a run recorded that is merged on purpose only, with that of others. */
const LATER = 'later'

/**
 * The name under which a run keeps what it records: its own, or, where `MOCKBERTH_MERGE` is `later`,
 * one by which nothing but `mockberth merge` merges it.
 *
 * @throws `INVALID_OPTION`
 */
export function keptAs(run: string): string {
  const { MOCKBERTH_MERGE: when = '' } = process.env
  if (when === '') return run
  if (when === LATER) return run.replace(/^\d+/, LATER)
  throw invalidOption('the environment', 'MOCKBERTH_MERGE', when, `${LATER}, or nothing`)
}

/** Whether what is kept under this name waits for `mockberth merge`. */
export function isForLater(run: string): boolean {
  return run.startsWith(`${LATER}-`)
}

/** Whether a run has ended, or the process that owns it. */
export function hasEnded(run: string): boolean {
  if (isForLater(run)) return false
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
