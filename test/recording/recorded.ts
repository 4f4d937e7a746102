import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ApiDefinition, MockApi } from '../../src/index.ts'
import { startMocks } from '../support/start.ts'

export const ORIGIN = 'https://api.test'

/** One entry of a recording, as far as a test is about it. */
export interface Recorded {
  /** Default `GET`. */
  readonly method?: string
  /** A path of `https://api.test`, or a whole URL. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** The request's body; bytes are recorded as base64. */
  readonly body?: string | Uint8Array
  /** The type of the body as `postData` has it. Default: that of the headers. */
  readonly mimeType?: string
  /** -1 when the recording does not say whether there was a body. Default: its size. */
  readonly bodySize?: number
  /** The reply's body, which is JSON where it is no string. */
  readonly reply?: unknown
  readonly status?: number
  readonly replyHeaders?: Readonly<Record<string, string>>
  /** Milliseconds to the first byte. */
  readonly wait?: number
  /** Milliseconds from then on to the last. */
  readonly receive?: number
  /** Milliseconds from the first byte to each server-sent event. */
  readonly eventTimes?: readonly number[]
}

/** The text of a HAR. */
function harOf(entries: readonly Recorded[]): string {
  const creator = { name: 'test', version: '1' }
  return JSON.stringify({ log: { version: '1.2', creator, entries: entries.map(toEntry) } })
}

/** Writes a HAR into a folder that goes with the test. */
export async function writeRecording(entries: readonly Recorded[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mockberth-recording-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'api.har')
  await writeFile(file, harOf(entries))
  return file
}

/** Starts one API that replays these entries. What nothing answers is not held against the test. */
export async function startRecorded(
  entries: readonly Recorded[],
  definition: ApiDefinition = {},
): Promise<MockApi> {
  const recording = await writeRecording(entries)
  const { apis } = await startMocks({
    api: { upstream: ORIGIN, recording, onUnhandled: 'ignore', ...definition },
  })
  return apis.api
}

/** The text that a request gets; `unhandled` where nothing answers it. */
export async function ask(
  api: Pick<MockApi, 'url'>,
  path: string,
  init?: RequestInit,
): Promise<string> {
  const response = await fetch(api.url + path, init)
  const text = await response.text()
  return response.status === 501 ? 'unhandled' : text
}

/** A request with a body. */
export function post(
  body: NonNullable<RequestInit['body']>,
  headers: Readonly<Record<string, string>> = {},
): RequestInit {
  return { method: 'POST', headers, body }
}

function toEntry(recorded: Recorded): unknown {
  const { method = 'GET', url, headers = {}, replyHeaders = {}, status = 200 } = recorded
  const { reply = '', wait = 0, receive = 0, eventTimes } = recorded
  const isText = typeof reply === 'string'
  const text = isText ? reply : JSON.stringify(reply)
  const mimeType = replyHeaders['content-type'] ?? (isText ? 'text/plain' : 'application/json')
  return {
    startedDateTime: '2026-01-01T00:00:00.000Z',
    time: wait + receive,
    request: {
      method,
      url: url.startsWith('/') ? ORIGIN + url : url,
      headers: toPairs(headers),
      bodySize: recorded.bodySize ?? recorded.body?.length ?? 0,
      ...(recorded.body !== undefined && {
        postData: toPostData(recorded.body, recorded.mimeType ?? headers['content-type']),
      }),
    },
    response: {
      status,
      statusText: '',
      headers: toPairs(replyHeaders),
      content: {
        size: Buffer.byteLength(text),
        mimeType,
        text,
        ...(eventTimes && { _eventTimes: eventTimes.join(' ') }),
      },
      redirectURL: '',
    },
    timings: { send: 0, wait, receive },
  }
}

function toPostData(body: string | Uint8Array, mimeType = ''): unknown {
  if (typeof body === 'string') return { mimeType, text: body }
  return { mimeType, text: Buffer.from(body).toString('base64'), encoding: 'base64' }
}

function toPairs(headers: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }))
}
