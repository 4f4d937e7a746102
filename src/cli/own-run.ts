import { reportRecordings } from '../report/recordings.ts'
import { finishRun } from '../run/finish.ts'
import { beginRun, RUN_VARIABLE } from '../run/run.ts'
import { printable } from './printable.ts'

/**
 * Does something in a run of its own, and says at its end what was recorded and what was not used. Where
 * one is under way that somebody else began, it is part of that.
 *
 * @param work given the folder of the run
 * @returns the exit code of `work`; 1 where that is 0 and not all that was recorded could be saved
 */
export async function inOwnRun(
  work: (folder: string | undefined) => Promise<number>,
): Promise<number> {
  if (process.env[RUN_VARIABLE] !== undefined) return work(undefined)
  const run = beginRun()
  let code = 1
  let isSaved = true
  try {
    code = await work(run.folder)
  } finally {
    const { recordings, extent } = await finishRun(run)
    const partial = extent.partial ?? (code === 0 ? undefined : 'a command that failed')
    const { text, isComplete } = reportRecordings(recordings, { ...extent, partial })
    if (text !== '') console.error(`\n${printable(text)}`)
    isSaved = isComplete
  }
  return code === 0 && !isSaved ? 1 : code
}
