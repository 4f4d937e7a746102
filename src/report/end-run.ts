import { WHOLE, type Extent } from '../run/extent.ts'
import { finishRun } from '../run/finish.ts'
import { joinRun, takeNote, type Run } from '../run/run.ts'
import { reportRecordings } from './recordings.ts'

/**
 * Ends what a test runner ran. Its own run is finished, and what was done with recordings is told; in
 * a run that goes on around it, such as that of `mockberth prune`, it says how much of the tests it was.
 *
 * @param own undefined where another run goes on around it
 * @param extent called where that is asked for
 * @returns whether all that was recorded is in its recording
 */
export async function endRun(
  own: Run | undefined,
  extent: () => Extent | Promise<Extent>,
): Promise<boolean> {
  if (own === undefined) {
    takeNote(joinRun(), { type: 'tests', extent: await extent() })
    return true
  }
  const { recordings } = await finishRun(own)
  const hasUnused = recordings.some(({ unused }) => unused.length > 0)
  const { text, isComplete } = reportRecordings(recordings, hasUnused ? await extent() : WHOLE)
  if (text !== '') process.stderr.write(`\n${text}\n`)
  return isComplete
}
