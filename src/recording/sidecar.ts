import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { describeError, MockberthError } from '../errors.ts'
import type { HarEntry } from './har.ts'
import { keptAs } from './run-id.ts'

/** One recorded exchange, on its way into a recording. */
export interface NewEntry {
  readonly type: 'entry'
  readonly entry: HarEntry
  /** Equal for requests that are the same to their API's `match`. */
  readonly key: string
  /** Fingerprints of the entries whose place it takes. */
  readonly replaces: readonly string[]
  /** It is kept only where the recording, and other sets of the run, have none of its key. */
  readonly onlyMissing: boolean
  /** The tests that were running, by number; it is kept only if all of these pass. */
  readonly onlyIfPassed?: readonly number[]
}

/** That a test passed. */
interface PassedTest {
  readonly type: 'passed'
  readonly test: number
}

type Line = NewEntry | PassedTest

/** A file beside a recording, in which one set keeps what it records until the run's end. */
export interface Sidecar {
  /** Returns when it is written: a process that is killed then loses none of it. */
  append(line: Line): void
  /** The file goes if nothing was appended to it. */
  close(): void
}

/**
 * Opens a sidecar.
 *
 * @throws `RECORDING_NOT_WRITABLE`, `INVALID_OPTION`
 */
export function openSidecar(recording: string, run: string): Sidecar {
  const file = `${recording}.${keptAs(run)}.${randomBytes(6).toString('hex')}.part`
  const descriptor = create(recording, file)
  let size = 0
  return {
    append(line) {
      size += writeLine(recording, descriptor, line, size)
    },
    close() {
      closeSync(descriptor)
      if (size === 0) rmSync(file, { force: true })
    },
  }
}

function create(recording: string, file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true })
    if (existsSync(recording)) closeSync(openSync(recording, 'r+'))
    return openSync(file, 'wx')
  } catch (error) {
    throw new MockberthError(
      'RECORDING_NOT_WRITABLE',
      `the recording ${recording} cannot be written: ${describeError(error)}. Make it and its folder writable, or replay it: mode 'replay'.`,
      { cause: error },
    )
  }
}

/** @throws `RECORDING_NOT_WRITABLE` */
function writeLine(recording: string, descriptor: number, line: Line, position: number): number {
  try {
    return writeWhole(descriptor, `${JSON.stringify(line)}\n`, position)
  } catch (error) {
    throw new MockberthError(
      'RECORDING_NOT_WRITABLE',
      `what was recorded for ${recording} cannot be written: ${describeError(error)}. What was written before is kept; make room, and record it again.`,
      { cause: error },
    )
  }
}

/** @returns how many bytes were written: all, or an error and none */
function writeWhole(descriptor: number, text: string, position: number): number {
  try {
    const written = writeSync(descriptor, text, position)
    const size = Buffer.byteLength(text)
    if (written < size) writeRest(descriptor, Buffer.from(text), written, position)
    return size
  } catch (error) {
    // Or the next line would go on in the middle of this one.
    ftruncateSync(descriptor, position)
    throw error
  }
}

function writeRest(descriptor: number, bytes: Uint8Array, from: number, position: number): void {
  let written = from
  while (written < bytes.byteLength) {
    const rest = bytes.byteLength - written
    written += writeSync(descriptor, bytes, written, rest, position + written)
  }
}

/** A sidecar on disk. */
export interface FoundSidecar {
  readonly file: string
  readonly run: string
}

/** The sidecars of a recording. */
export async function findSidecars(recording: string): Promise<FoundSidecar[]> {
  const folder = dirname(recording)
  const names = await readdir(folder).catch(() => [])
  return names.flatMap((name) => {
    const named = readSidecarName(name)
    if (named?.recording !== basename(recording)) return []
    return [{ file: join(folder, name), run: named.run }]
  })
}

/** Of which recording a file is a sidecar, and of which run; undefined where it is none. */
export function readSidecarName(name: string): { recording: string; run: string } | undefined {
  const [, recording, run] = /^(.+)\.((?:\d+|later)-[\da-f]+)\.[\da-f]+\.part$/.exec(name) ?? []
  return recording === undefined || run === undefined ? undefined : { recording, run }
}

/**
 * What a sidecar holds for the recording. A last line without an end was being written when its
 * process was killed: its client had no whole reply.
 *
 * @throws `RECORDING_INVALID` when a line is damaged
 */
export async function readSidecar(file: string): Promise<NewEntry[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
  const parsed = lines.map((line, index) => parseLine(file, line, index + 1))
  const passed = new Set(parsed.flatMap((line) => (line.type === 'passed' ? [line.test] : [])))
  return parsed.filter(
    (line): line is NewEntry =>
      line.type === 'entry' && (line.onlyIfPassed ?? []).every((test) => passed.has(test)),
  )
}

function parseLine(file: string, text: string, number: number): Line {
  try {
    return JSON.parse(text) as Line
  } catch (error) {
    throw new MockberthError(
      'RECORDING_INVALID',
      `line ${number} of ${file} is damaged, and nothing was merged: ${describeError(error)}. Take the line out, or delete the file to give up what it recorded.`,
      { cause: error },
    )
  }
}
