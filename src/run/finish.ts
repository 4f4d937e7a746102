import { describeError } from '../errors.ts'
import { mergeRun, NOTHING_SAVED, type Saved } from '../recording/save.ts'
import { extentOf, type Extent } from './extent.ts'
import { collectNotes, type Note, type RecordingNote, type Run } from './run.ts'

/** What a run did. */
export interface FinishedRun {
  /** By the names of the files. */
  readonly recordings: readonly RecordingUse[]
  /** How much of the tests it was, as its runners have said: without them, all. */
  readonly extent: Extent
}

/** What a run did with one recording. */
export interface RecordingUse extends Saved {
  readonly file: string
  /** How many entries it had when the run loaded it; undefined when the run only recorded. */
  readonly entries: number | undefined
  /** The numbers of those that no request asked for. */
  readonly unused: readonly number[]
  /** The states of the file that its processes loaded. */
  readonly versions: readonly string[]
  /** Why what was recorded is not in the file, if it is not. */
  readonly problem: string | undefined
}

/** Ends a run: what it recorded is merged, and what it used is summed up. Never rejects. */
export async function finishRun(run: Run): Promise<FinishedRun> {
  const notes: readonly Note[] = await collectNotes(run).catch(() => [])
  const ofRecordings = notes.filter((note) => note.type !== 'tests')
  const byFile = Map.groupBy(ofRecordings, ({ file }) => file)
  const recordings: RecordingUse[] = []
  for (const [file, ofFile] of [...byFile].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    recordings.push(await finishRecording(run, file, ofFile))
  }
  return { recordings, extent: extentOf(notes) }
}

async function finishRecording(
  run: Run,
  file: string,
  notes: readonly RecordingNote[],
): Promise<RecordingUse> {
  const use = { file, ...summedUp(notes) }
  if (!notes.some(({ type }) => type === 'records')) {
    return { ...use, ...NOTHING_SAVED, problem: undefined }
  }
  try {
    return { ...use, ...(await mergeRun(file, run.id)), problem: undefined }
  } catch (error) {
    return { ...use, ...NOTHING_SAVED, problem: describeError(error) }
  }
}

function summedUp(
  notes: readonly RecordingNote[],
): Pick<RecordingUse, 'entries' | 'unused' | 'versions'> {
  const loaded = notes.filter((note) => note.type === 'replays')
  if (loaded.length === 0) return { entries: undefined, unused: [], versions: [] }
  const entries = Math.max(...loaded.map((note) => note.entries))
  const used = new Set(notes.map((note) => (note.type === 'used' ? note.entry : 0)))
  const numbers = Array.from({ length: entries }, (_, index) => index + 1)
  return {
    entries,
    unused: numbers.filter((number) => !used.has(number)),
    versions: [...new Set(loaded.map(({ version }) => version))],
  }
}
