import type { RawHeaders } from '../contract/index.ts'
import { describeError } from '../errors.ts'
import { codingsOf } from '../wire/content-encoding.ts'
import type { ReadAttachment } from './attachments.ts'
import { listOf, textOf, type HarEntry, type HarRequest } from './har.ts'
import { requestHeaders } from './headers.ts'
import { postDataType, readPostData } from './post-data.ts'
import { BodyTooLargeError } from './refusal.ts'
import { readResponse, type RecordedReply } from './response.ts'
import { undoEncoding } from './undo-encoding.ts'

/** A request as it was recorded. */
interface RecordedRequest {
  readonly method: string
  readonly url: URL
  readonly rawHeaders: RawHeaders
  /** Without its content-encoding. Undefined where the recording does not say what was sent. */
  readonly body: Uint8Array | undefined
}

/** One entry of a recording, ready to be matched and replayed. */
export interface RecordedEntry {
  /** Its place in the file, from 1. */
  readonly number: number
  readonly request: RecordedRequest
  readonly answer: RecordedReply
  readonly timing: RecordedTiming
}

/** How long a client waited, in milliseconds. */
export interface RecordedTiming {
  /** For the first byte. */
  readonly wait: number
  /** From then on for the last. */
  readonly receive: number
  /** From then on for each server-sent event, where that is known. */
  readonly events?: readonly number[]
}

/** An entry that cannot be replayed, and why. */
export interface SkippedEntry {
  readonly number: number
  readonly reason: string
  /** What it was a request for, as far as that can be read. */
  readonly label: string | undefined
  readonly origin: string | undefined
}

/** No more than this of what a recording says goes into a message. */
const QUOTED = 200

/**
 * Reads one entry of a HAR.
 *
 * @throws {BodyTooLargeError}
 */
export async function readEntry(
  entry: HarEntry,
  number: number,
  attachment: ReadAttachment,
): Promise<RecordedEntry | SkippedEntry> {
  try {
    const { method, url } = readTarget(entry.request)
    const { headers, postData } = entry.request ?? {}
    const rawHeaders = requestHeaders(listOf(headers), postDataType(postData))
    const sent = await readPostData(entry.request ?? {}, rawHeaders, attachment)
    const body = sent && undoEncoding(sent, codingsOf(rawHeaders)).bytes
    const answer = await readResponse(method, entry.response, attachment)
    return { number, request: { method, url, rawHeaders, body }, answer, timing: timingOf(entry) }
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw error
    return { number, reason: describeError(error), ...tellTarget(entry.request) }
  }
}

function readTarget(request: HarRequest | undefined): { method: string; url: URL } {
  const { method, url } = request ?? {}
  if (typeof method !== 'string' || method === '') throw new Error('its request has no method')
  if (typeof url !== 'string') throw new Error('its request has no URL')
  const parsed = URL.parse(url)
  const quoted = JSON.stringify(url.length > QUOTED ? `${url.slice(0, QUOTED)}…` : url)
  if (parsed === null) throw new Error(`its URL ${quoted} cannot be parsed`)
  if (!/^https?:$/.test(parsed.protocol)) throw new Error(`its URL ${quoted} is none of HTTP`)
  return { method: method.toUpperCase(), url: parsed }
}

function tellTarget(request: HarRequest | undefined): Pick<SkippedEntry, 'label' | 'origin'> {
  const url = URL.parse(textOf(request?.url) ?? '')
  const method = textOf(request?.method)
  const isKnown = url !== null && method !== undefined
  return {
    label: isKnown ? `${method} ${url.pathname}${url.search}`.slice(0, QUOTED) : undefined,
    origin: url?.origin,
  }
}

function timingOf({ timings, time, response }: HarEntry): RecordedTiming {
  const { _eventTimes } = response?.content ?? {}
  const events = textOf(_eventTimes)?.split(' ').map(duration)
  return {
    wait: duration(timings?.wait ?? time),
    receive: duration(timings?.receive),
    ...(events && { events }),
  }
}

/** HAR has -1 where a time does not apply. */
function duration(value: unknown): number {
  const milliseconds = Number(value)
  return milliseconds > 0 && Number.isFinite(milliseconds) ? milliseconds : 0
}
