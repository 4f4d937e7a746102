import { describeError, MockberthError } from '../errors.ts'
import type { Capture, CapturedBody } from './capture.ts'

/** What decides which entries of a recording an exchange takes the place of. */
export interface PlaceInRecording {
  /** Equal for requests that are the same to their API's `match`. */
  readonly key: string
  /** Fingerprints of the entries whose place it takes. */
  readonly replaces: readonly string[]
  /** It is kept only where the recording, and other sets of the run, have none of its key. */
  readonly onlyMissing: boolean
  /** The tests that were running, by number; it is kept only if all of these pass. */
  readonly onlyIfPassed?: readonly number[]
}

/** One recorded exchange. */
interface SeenExchange extends PlaceInRecording {
  readonly type: 'exchange'
  readonly capture: Capture
}

/** That a test passed. */
interface PassedTest {
  readonly type: 'passed'
  readonly test: number
}

/** What a sidecar holds, one after the other. */
export type Seen = SeenExchange | PassedTest

/** What an exchange begins with. Its bodies come behind it, so that nobody has to escape them. */
interface ExchangeLine extends Omit<SeenExchange, 'capture'> {
  readonly capture: Omit<Capture, 'requestBody' | 'responseBody'> & WrittenBodies
}

interface WrittenBodies {
  readonly requestBody: WrittenBody | undefined
  readonly responseBody: WrittenBody | undefined
}

/** A text that ends as lines do. */
interface WrittenBody {
  /** In UTF-16 code units, without its end. */
  readonly length: number
  readonly isBase64: boolean
}

/** What stands before a line and in no body, so that one that is damaged does not swallow those behind it. */
const BEGIN = '\u001Emockberth '

/** What is written of something that a sidecar holds. */
export function toSidecarText(seen: Seen): string {
  if (seen.type === 'passed') return `${BEGIN}${JSON.stringify(seen)}\n`
  const { requestBody, responseBody } = seen.capture
  const sent = toText(requestBody)
  const received = toText(responseBody)
  const bodies: WrittenBodies = {
    requestBody: toWritten(sent, requestBody),
    responseBody: toWritten(received, responseBody),
  }
  const line: ExchangeLine = { ...seen, capture: { ...seen.capture, ...bodies } }
  return `${BEGIN}${JSON.stringify(line)}\n${withEnd(sent)}${withEnd(received)}`
}

function toText(body: CapturedBody): string | undefined {
  if (body === undefined || typeof body === 'string') return body
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64')
}

function toWritten(text: string | undefined, body: CapturedBody): WrittenBody | undefined {
  return text === undefined
    ? undefined
    : { length: text.length, isBase64: typeof body !== 'string' }
}

function withEnd(text: string | undefined): string {
  return text === undefined ? '' : `${text}\n`
}

/** Something that a sidecar holds, and where it begins there. */
interface Found {
  readonly seen: Seen
  readonly start: number
}

/**
 * What the text of a sidecar holds. What has no end was being written when its process was killed: its
 * client had no whole reply.
 *
 * @throws `RECORDING_INVALID` when it is damaged
 */
export function readSidecarText(file: string, text: string): Found[] {
  const all: Found[] = []
  let start = 0
  for (;;) {
    const next = orDamaged(file, text, start, () => readAt(text, start))
    if (next === undefined) return all
    all.push({ seen: next.seen, start })
    start = next.end
  }
}

/**
 * What `read` gives of what begins at a place.
 *
 * @throws `RECORDING_INVALID` when that throws
 */
export function orDamaged<Result>(
  file: string,
  text: string,
  start: number,
  read: () => Result,
): Result {
  try {
    return read()
  } catch (error) {
    const line = text.slice(0, start).split('\n').length
    throw new MockberthError(
      'RECORDING_INVALID',
      `line ${line} of ${file} is damaged, and nothing was merged: ${describeError(error)}. Take out what begins there, or delete the file to give up what it recorded.`,
      { cause: error },
    )
  }
}

/** @throws when it is damaged */
function readAt(text: string, start: number): { seen: Seen; end: number } | undefined {
  const lineEnd = text.indexOf('\n', start)
  if (lineEnd === -1) return undefined
  if (!text.startsWith(BEGIN, start)) throw new Error('nothing begins here')
  const line = JSON.parse(text.slice(start + BEGIN.length, lineEnd)) as ExchangeLine | PassedTest
  if (line.type === 'passed') return { seen: line, end: lineEnd + 1 }
  if (line.type !== 'exchange') throw new Error('another version of mockberth wrote it')
  const { requestBody, responseBody } = line.capture
  const sent = lineEnd + 1
  const received = endOf(requestBody, sent)
  const end = endOf(responseBody, received)
  if (end > text.length) {
    if (text.includes(`\n${BEGIN}`, lineEnd)) throw new Error('its bodies are shorter')
    return undefined
  }
  if (text[received - 1] !== '\n' || text[end - 1] !== '\n') {
    throw new Error('its bodies have another length')
  }
  const bodies = {
    requestBody: bodyAt(text, sent, requestBody),
    responseBody: bodyAt(text, received, responseBody),
  }
  return { seen: { ...line, capture: { ...line.capture, ...bodies } }, end }
}

function endOf(body: WrittenBody | undefined, start: number): number {
  if (body === undefined) return start
  if (!(body.length >= 0)) throw new Error('a body has no length')
  return start + body.length + 1
}

function bodyAt(text: string, start: number, body: WrittenBody | undefined): CapturedBody {
  if (body === undefined) return undefined
  const written = text.slice(start, start + body.length)
  return body.isBase64 ? Buffer.from(written, 'base64') : written
}
