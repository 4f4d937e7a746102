import { existsSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { readArchive } from './archive.ts'
import { readDescribedApis, type DescribedApi } from './described-apis.ts'
import { readEntry, type RecordedEntry, type SkippedEntry } from './entry.ts'
import { hasEnded } from './run-id.ts'
import { mergeSidecars } from './save.ts'
import { BodyTooLargeError, MAX_ARCHIVE, tooLarge } from './refusal.ts'

/** A recording in memory. It is never changed, so all sets of a process can use one. */
export interface Recording {
  readonly file: string
  /** Another for each state of the file. */
  readonly version: string
  readonly entries: readonly RecordedEntry[]
  readonly skipped: readonly SkippedEntry[]
  /** Paths of the files beside it that hold bodies. */
  readonly attachments: readonly string[]
  /** What the file says about the APIs that it is of, if it does. */
  readonly apis: readonly DescribedApi[]
}

const loaded = new Map<string, Promise<Loaded>>()

interface Loaded {
  readonly recording: Recording
  /** Another for each state of its attachments. */
  readonly attached: string
}

/**
 * Loads a recording, once in a process for each state of its file and of those beside it that hold
 * bodies. What runs left that were ended before they could merge it is merged first.
 *
 * @throws `RECORDING_MISSING`, `RECORDING_TOO_LARGE`, `RECORDING_INVALID`, `RECORDING_LOCKED`,
 * `RECORDING_NOT_WRITABLE`
 */
export async function loadRecording(file: string): Promise<Recording> {
  await mergeLeft(file)
  const version = await versionOf(file)
  const known = loaded.get(file)
  if (known !== undefined && (await isCurrent(known, version))) return (await known).recording
  // Another that waited for the same may have begun meanwhile.
  const latest = loaded.get(file)
  if (latest !== undefined && latest !== known) return (await latest).recording
  const loading = load(file, version)
  loaded.set(file, loading)
  loading.catch(() => {
    if (loaded.get(file) === loading) loaded.delete(file)
  })
  return (await loading).recording
}

/**
 * Whether there is a recording, be it in what runs left that were ended before they could merge it.
 *
 * @throws `RECORDING_INVALID`, `RECORDING_TOO_LARGE`, `RECORDING_LOCKED`, `RECORDING_NOT_WRITABLE`
 */
export async function isRecorded(file: string): Promise<boolean> {
  await mergeLeft(file)
  return existsSync(file)
}

async function mergeLeft(file: string): Promise<void> {
  await mergeSidecars(await realpath(file).catch(() => file), hasEnded)
}

async function isCurrent(known: Promise<Loaded>, version: string): Promise<boolean> {
  const { recording, attached } = await known
  return recording.version === version && attached === (await versionsOf(recording.attachments))
}

async function load(file: string, version: string): Promise<Loaded> {
  const recording = await readRecording(file, version)
  return { recording, attached: await versionsOf(recording.attachments) }
}

async function versionsOf(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(versionOf))).join()
}

/** Another for each state of a file. */
export async function versionOf(file: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(file).catch(() => ({ mtimeMs: 0, size: 0, ino: 0 }))
  return `${mtimeMs} ${size} ${ino}`
}

async function readRecording(file: string, version: string): Promise<Recording> {
  const { log, attachment, attachments } = await readArchive(file)
  const entries: RecordedEntry[] = []
  const skipped: SkippedEntry[] = []
  const bodies = new Set<Uint8Array>()
  let size = 0
  for (const [index, entry] of log.entries.entries()) {
    const read = await readEntry(entry ?? {}, index + 1, attachment).catch((error: unknown) => {
      if (!(error instanceof BodyTooLargeError)) throw error
      throw tooLarge(file, `has a body that is larger, unpacked (entry ${index + 1})`)
    })
    if ('reason' in read) skipped.push(read)
    else entries.push(read)
    for (const body of bodiesOf(read)) {
      if (!bodies.has(body)) size += body.byteLength
      bodies.add(body)
    }
    if (size > MAX_ARCHIVE) throw tooLarge(file, 'has bodies that are larger together, unpacked')
  }
  const apis = readDescribedApis(log)
  return { file, version, entries, skipped, attachments: [...attachments], apis }
}

function bodiesOf(read: RecordedEntry | SkippedEntry): Uint8Array[] {
  if ('reason' in read) return []
  const { request, answer } = read
  return [request.body, answer.kind === 'reply' ? answer.reply.body : undefined].filter(
    (body): body is Uint8Array => body !== undefined && !('next' in body),
  )
}
