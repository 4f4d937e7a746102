import { stat } from 'node:fs/promises'
import { readArchive } from './archive.ts'
import { readEntry, type RecordedEntry, type SkippedEntry } from './entry.ts'
import { BodyTooLargeError, MAX_ARCHIVE, tooLarge } from './refusal.ts'

/** A recording in memory. It is never changed, so all sets of a process can use one. */
export interface Recording {
  readonly file: string
  readonly entries: readonly RecordedEntry[]
  readonly skipped: readonly SkippedEntry[]
}

interface Loaded {
  readonly version: string
  readonly recording: Promise<Recording>
}

const loaded = new Map<string, Loaded>()

/**
 * Loads a recording, once in a process for each state of its file.
 *
 * @throws `RECORDING_MISSING`, `RECORDING_TOO_LARGE`, `RECORDING_INVALID`
 */
export async function loadRecording(file: string): Promise<Recording> {
  const version = await versionOf(file)
  const known = loaded.get(file)
  if (known !== undefined && known.version === version) return known.recording
  const recording = readRecording(file)
  loaded.set(file, { version, recording })
  recording.catch(() => {
    if (loaded.get(file)?.recording === recording) loaded.delete(file)
  })
  return recording
}

async function versionOf(file: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(file).catch(() => ({ mtimeMs: 0, size: 0, ino: 0 }))
  return `${mtimeMs} ${size} ${ino}`
}

async function readRecording(file: string): Promise<Recording> {
  const { log, attachment } = await readArchive(file)
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
  return { file, entries, skipped }
}

function bodiesOf(read: RecordedEntry | SkippedEntry): Uint8Array[] {
  if ('reason' in read) return []
  const { request, answer } = read
  return [request.body, answer.kind === 'reply' ? answer.reply.body : undefined].filter(
    (body): body is Uint8Array => body !== undefined && !('next' in body),
  )
}
