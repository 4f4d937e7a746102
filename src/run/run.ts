import { appendFileSync, existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { newRunId } from '../recording/run-id.ts'
import type { Extent } from './extent.ts'
import { makeRunFolder } from './folder.ts'

/** In the environment of a run's processes: the folder by which they know it. */
export const RUN_VARIABLE = 'MOCKBERTH_RUN'

/** In the environment of Playwright's workers: the socket of who owns the services of their run. */
export const SERVICES_VARIABLE = 'MOCKBERTH_SERVICES'

/** In their environment, where nobody can own services for them: why. */
export const NO_SERVICES_VARIABLE = 'MOCKBERTH_NO_SERVICES'

const PREFIX = 'mockberth-run-'

/**
 * One run of the tests, which may be many processes. Who begins it outlives the others and ends it;
 * they join it, and leave notes for its end.
 */
export interface Run {
  /** Names it in files beside recordings, with the process that owns it. */
  readonly id: string
  /** Where its notes are; a set that is a run of its own has none. */
  readonly folder: string | undefined
}

/**
 * In the environment of a command that has to run all tests, or none of what it did counts: a runner
 * then refuses to leave some out for another's sake, as `test.only` does.
 */
export const ALL_TESTS_VARIABLE = 'MOCKBERTH_ALL_TESTS'

/** What a process of a run did. */
export type Note = RecordingNote | { readonly type: 'tests'; readonly extent: Extent }

/** What it did with a recording. */
export type RecordingNote =
  | {
      readonly type: 'replays'
      readonly file: string
      /** That of the file, when it was loaded. */
      readonly version: string
      /** How many entries it had. */
      readonly entries: number
    }
  | { readonly type: 'used'; readonly file: string; readonly entry: number }
  | { readonly type: 'records'; readonly file: string }

/** Begins a run that other processes join. What owners left that were killed is removed. */
export function beginRun(): Run & { readonly folder: string } {
  const folder = makeRunFolder(PREFIX, 0o700)
  return { id: basename(folder).slice(PREFIX.length), folder }
}

/** The run of a folder, or the one that the environment names, or one of its own. */
export function joinRun(folder: string | undefined = process.env[RUN_VARIABLE]): Run {
  const isRun = folder !== undefined && basename(folder).startsWith(PREFIX) && existsSync(folder)
  return isRun
    ? { id: basename(folder).slice(PREFIX.length), folder }
    : { id: newRunId(), folder: undefined }
}

/** Leaves a note for the end of a run, if it has one. */
export function takeNote({ folder }: Run, note: Note): void {
  if (folder === undefined) return
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(note)}\n`)
}

/** Reads the notes of a run and removes them. */
export async function collectNotes({ folder }: Run): Promise<Note[]> {
  if (folder === undefined) return []
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  await rm(folder, { recursive: true, force: true })
  return texts.flatMap((text) => text.split('\n').slice(0, -1).flatMap(parseNote))
}

/** What a process was writing when it was killed is no note. */
function parseNote(line: string): Note[] {
  try {
    return [JSON.parse(line) as Note]
  } catch {
    return []
  }
}
