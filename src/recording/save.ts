import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { MockberthError, systemCode } from '../errors.ts'
import { CREATOR, type HarEntry } from './har.ts'
import { withLock } from './lock.ts'
import { mergeEntries } from './merge.ts'
import { parseHar } from './parse-log.ts'
import { abandoned, isForLater, keptAs } from './run-id.ts'
import { findSidecars, readSidecar, type FoundSidecar, type NewEntry } from './sidecar.ts'

/** What a merge did to a recording. */
export interface Saved {
  readonly added: number
  readonly replaced: number
  readonly removed: number
  /** Exchanges that were recorded, and wait for `mockberth merge`. */
  readonly later: number
}

/**
 * Merges the sidecars of some runs into their recording and removes them. The recording is replaced
 * at once by a whole new file; when anything goes wrong, it and the sidecars stay as they are.
 *
 * @throws `RECORDING_INVALID`, `RECORDING_TOO_LARGE`, `RECORDING_LOCKED`, `RECORDING_NOT_WRITABLE`
 */
export async function mergeSidecars(
  recording: string,
  isWanted: (run: string) => boolean,
): Promise<Saved> {
  if (!(await findSidecars(recording)).some(({ run }) => isWanted(run))) return NOTHING_SAVED
  try {
    return await withLock(recording, () => mergeLocked(recording, isWanted))
  } catch (error) {
    throw error instanceof MockberthError ? error : notWritable(recording, error)
  }
}

export const NOTHING_SAVED: Saved = { added: 0, replaced: 0, removed: 0, later: 0 }

async function mergeLocked(recording: string, isWanted: (run: string) => boolean): Promise<Saved> {
  const sidecars = (await findSidecars(recording)).filter(({ run }) => isWanted(run))
  if (sidecars.length === 0) return NOTHING_SAVED
  let saved = NOTHING_SAVED
  await changeRecording(recording, async (before) => {
    const { entries, ...counts } = await mergeAll(before, sidecars)
    saved = counts
    return entries
  })
  await Promise.all(sidecars.map(({ file }) => rm(file, { force: true })))
  return saved
}

/**
 * Merges what runs left for later, as if they had been one.
 *
 * @throws as `mergeSidecars()` does
 */
export function mergeLeftForLater(recording: string): Promise<Saved> {
  return mergeSidecars(recording, isForLater)
}

/**
 * Merges what a run recorded that ends now, or counts it where it is kept for later. When that fails,
 * whoever loads the recording next tries again.
 *
 * @throws as `mergeSidecars()` does; `INVALID_OPTION`
 */
export async function mergeRun(recording: string, run: string): Promise<Saved> {
  const kept = keptAs(run)
  if (isForLater(kept)) return { ...NOTHING_SAVED, later: await countIn(recording, kept) }
  try {
    return await mergeSidecars(recording, (one) => one === run)
  } catch (error) {
    const left = (await findSidecars(recording)).filter((sidecar) => sidecar.run === run)
    const renamed = (file: string): string => file.replace(`.${run}.`, `.${abandoned(run)}.`)
    await Promise.all(left.map(({ file }) => rename(file, renamed(file)).catch(() => {})))
    throw error
  }
}

async function countIn(recording: string, run: string): Promise<number> {
  const sidecars = (await findSidecars(recording)).filter((sidecar) => sidecar.run === run)
  return (await Promise.all(sidecars.map(({ file }) => readSidecar(file)))).flat().length
}

/** One run after the other, in the order in which they recorded; those for later are one. */
async function mergeAll(
  before: readonly HarEntry[],
  sidecars: readonly FoundSidecar[],
): Promise<Saved & { readonly entries: readonly HarEntry[] }> {
  const read = await Promise.all(
    sidecars.map(async ({ file, run }) => ({ run, lines: await readSidecar(file) })),
  )
  const inOrder = read.toSorted((one, other) =>
    startOf(one.lines) < startOf(other.lines) ? -1 : 1,
  )
  let result = { entries: before, ...NOTHING_SAVED }
  for (const run of Map.groupBy(inOrder, oneRunOf).values()) {
    const merged = mergeEntries(
      result.entries,
      run.map(({ lines }) => lines),
    )
    result = {
      entries: merged.entries,
      added: result.added + merged.added,
      replaced: result.replaced + merged.replaced,
      removed: result.removed + merged.removed,
      later: 0,
    }
  }
  return result
}

function oneRunOf({ run }: { readonly run: string }): string {
  return isForLater(run) ? 'later' : run
}

function startOf([first]: readonly NewEntry[]): string {
  return String(first?.entry.startedDateTime)
}

/**
 * Changes the entries of a recording and leaves everything else in it. The caller holds its lock.
 *
 * @throws `RECORDING_INVALID`, `RECORDING_TOO_LARGE`, `RECORDING_NOT_WRITABLE`
 */
export async function changeRecording(
  recording: string,
  change: (entries: readonly HarEntry[]) => Promise<readonly HarEntry[]>,
): Promise<void> {
  const text = await readIfThere(recording)
  const har = text === undefined ? EMPTY : parseHar(recording, text)
  const before = har.log.entries
  const after = await change(before)
  if (isEqual(before, after)) return
  const next = { ...har, log: { ...har.log, entries: after } }
  await replaceFile(recording, `${JSON.stringify(next, undefined, indentation(text))}\n`)
}

const EMPTY = { log: { version: '1.2', creator: CREATOR, entries: [] } }

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function isEqual(before: readonly HarEntry[], after: readonly HarEntry[]): boolean {
  return before.length === after.length && before.every((entry, index) => entry === after[index])
}

/** As the file has it, so that what was not changed is no change. */
function indentation(bytes: Uint8Array | undefined): string | number {
  if (bytes === undefined) return 2
  const start = Buffer.from(bytes.subarray(0, 1000)).toString()
  return /^\uFEFF?\s*\{\s*\n([ \t]+)"/.exec(start)?.[1] ?? 0
}

async function replaceFile(recording: string, text: string): Promise<void> {
  const target = await realpath(recording).catch(() => recording)
  const draft = `${target}.draft`
  try {
    const mode = (await stat(target).catch(() => undefined))?.mode
    await writeFile(draft, text, mode === undefined ? {} : { mode })
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

function notWritable(recording: string, error: unknown): MockberthError {
  return new MockberthError(
    'RECORDING_NOT_WRITABLE',
    `the recording ${recording} cannot be written (${systemCode(error) ?? String(error)}); it is as it was, and what was recorded is kept beside it, in files that end in .part. Make room, or the folder writable; the next run that loads it merges them, or the next \`mockberth merge\`.`,
    { cause: error },
  )
}
