import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { delay, startTicking, stopTicking } from '../contract/timers.ts'
import { MockberthError, systemCode } from '../errors.ts'
import { isAlive } from './run-id.ts'

/** A lock that nobody has touched for longer than this, in milliseconds, was left behind. */
const OLDEST = 60_000
/** Who has it touches it as often, in milliseconds. */
const TOUCH = 1000
const RETRY = 10

/**
 * Does something to a file that only one process on the machine may do at a time, and waits for its
 * turn. What a process that was killed left locked is taken over.
 *
 * @throws `RECORDING_LOCKED` when no turn came for a minute
 */
export async function withLock<Result>(file: string, task: () => Promise<Result>): Promise<Result> {
  const lock = `${file}.lock`
  const deadline = performance.now() + OLDEST
  while (!(await tryLock(lock))) {
    if (performance.now() > deadline) throw lockedError(file, lock)
    await takeOver(lock)
    await delay(RETRY * (0.5 + Math.random()))
  }
  const touching = startTicking(() => void touch(lock), TOUCH)
  try {
    return await task()
  } finally {
    stopTicking(touching)
    await rm(lock, { force: true })
  }
}

async function touch(lock: string): Promise<void> {
  const now = new Date()
  await utimes(lock, now, now).catch(() => {})
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    await rm(lock, { force: true })
    throw error
  }
}

/** Removes a lock that was left behind. Only who locks the removal may judge and remove it. */
async function takeOver(lock: string): Promise<void> {
  if (!(await isLeft(lock))) return
  const removal = `${lock}.left`
  if (await tryLock(removal)) {
    if (await isLeft(lock)) await rm(lock, { force: true })
    await rm(removal, { force: true })
  } else if (await isOld(removal)) {
    await rm(removal, { force: true })
  }
}

async function isLeft(lock: string): Promise<boolean> {
  const holder = await readFile(lock, 'utf8').catch(() => undefined)
  // It is empty between its making and its writing.
  if (holder === undefined || holder === '') return isOld(lock)
  return !isAlive(Number(holder)) || isOld(lock)
}

async function isOld(lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > OLDEST
}

function lockedError(file: string, lock: string): MockberthError {
  return new MockberthError(
    'RECORDING_LOCKED',
    `another process has been writing the recording ${file} for more than a minute. End it; if there is none, delete ${lock}.`,
  )
}
