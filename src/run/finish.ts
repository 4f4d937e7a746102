import { describeError } from '../errors.ts'
import { mergeRun, NOTHING_SAVED, type Saved } from '../recording/save.ts'
import { collectNotes, type Note, type Run } from './run.ts'

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
export async function finishRun(run: Run): Promise<RecordingUse[]> {
  const notes = await collectNotes(run).catch(() => [])
  const byFile = Map.groupBy(notes, ({ file }) => file)
  const uses: RecordingUse[] = []
  for (const [file, ofFile] of [...byFile].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    uses.push(await finishRecording(run, file, ofFile))
  }
  return uses
}

async function finishRecording(
  run: Run,
  file: string,
  notes: readonly Note[],
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

function summedUp(notes: readonly Note[]): Pick<RecordingUse, 'entries' | 'unused' | 'versions'> {
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
