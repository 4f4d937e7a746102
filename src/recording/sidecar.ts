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
import { onNextTurn } from '../contract/timers.ts'
import { describeError, MockberthError } from '../errors.ts'
import { toHarEntry } from './har-entry.ts'
import type { HarEntry } from './har.ts'
import { keptAs } from './run-id.ts'
import {
  orDamaged,
  readSidecarText,
  toSidecarText,
  type PlaceInRecording,
  type Seen,
} from './sidecar-text.ts'

/** One recorded exchange, as an entry of a recording. */
export interface NewEntry extends PlaceInRecording {
  readonly entry: HarEntry
}

/**
 * A file beside a recording, in which one set keeps what it records until the run's end. What is
 * written there, no process loses that is killed.
 */
export interface Sidecar {
  /**
   * Takes something that is written with the next writing, or now where much is waiting.
   *
   * @throws `RECORDING_NOT_WRITABLE`
   */
  append(seen: Seen): void
  /**
   * Resolves when what was appended is written, at the end of this turn of the event loop: many things in
   * one go take little longer than one.
   *
   * @throws `RECORDING_NOT_WRITABLE`
   */
  written(): Promise<void>
  /**
   * Writes something now. It does not matter to it whether what was appended before can be written.
   *
   * @throws `RECORDING_NOT_WRITABLE`
   */
  write(seen: Seen): void
  /**
   * Writes now what was appended. The file goes if it is empty.
   *
   * @throws `RECORDING_NOT_WRITABLE`
   */
  close(): void
}

/** No more than about this waits to be written, in characters. */
const MOST_WAITING = 1024 * 1024

/**
 * Opens a sidecar.
 *
 * @throws `RECORDING_NOT_WRITABLE`, `INVALID_OPTION`
 */
export function openSidecar(recording: string, run: string): Sidecar {
  const file = `${recording}.${keptAs(run)}.${randomBytes(6).toString('hex')}.part`
  const descriptor = create(recording, file)
  let size = 0
  let appended = ''
  let turn: PromiseWithResolvers<void> | undefined
  const writeAll = (): void => {
    const text = appended
    const waiting = turn
    appended = ''
    turn = undefined
    try {
      if (text !== '') size += writeText(recording, descriptor, text, size)
      waiting?.resolve()
    } catch (error) {
      waiting?.reject(error)
      throw error
    }
  }
  const endTurn = (): void => {
    try {
      writeAll()
    } catch {
      // Who waits for it, is told.
    }
  }
  return {
    append(seen) {
      appended += toSidecarText(seen)
      if (appended.length > MOST_WAITING) writeAll()
    },
    written() {
      if (turn === undefined) {
        turn = Promise.withResolvers()
        onNextTurn(endTurn)
      }
      return turn.promise
    },
    write(seen) {
      endTurn()
      appended += toSidecarText(seen)
      writeAll()
    },
    close() {
      try {
        writeAll()
      } finally {
        closeSync(descriptor)
        if (size === 0) rmSync(file, { force: true })
      }
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
function writeText(recording: string, descriptor: number, text: string, position: number): number {
  try {
    return writeWhole(descriptor, text, position)
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
 * What a sidecar holds for the recording.
 *
 * @throws `RECORDING_INVALID` when it is damaged
 */
export async function readSidecar(file: string): Promise<NewEntry[]> {
  const text = await readFile(file, 'utf8')
  const all = readSidecarText(file, text)
  const passed = new Set(all.flatMap(({ seen }) => (seen.type === 'passed' ? [seen.test] : [])))
  return all.flatMap(({ seen, start }) => {
    if (seen.type === 'passed') return []
    const { type: _, capture, ...place } = seen
    if (!(place.onlyIfPassed ?? []).every((test) => passed.has(test))) return []
    return [{ ...place, entry: orDamaged(file, text, start, () => toHarEntry(capture)) }]
  })
}
