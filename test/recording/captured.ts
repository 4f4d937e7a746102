import type { Capture } from '../../src/recording/capture.ts'
import { readEntry, type RecordedEntry } from '../../src/recording/entry.ts'
import { toHarEntry } from '../../src/recording/har-entry.ts'
import { harErrors } from '../support/har-schema.ts'

/** A capture of an empty reply to a GET; what is given is otherwise. */
export function captureOf(given: Partial<Capture> = {}): Capture {
  return {
    startedAt: Date.parse('2026-01-02T03:04:05.678Z'),
    method: 'GET',
    url: 'https://api.test/',
    requestHeaders: [],
    requestBody: undefined,
    requestSize: 0,
    status: 200,
    statusText: 'OK',
    responseHeaders: [],
    responseBody: undefined,
    responseSize: 0,
    timings: { blocked: 0, dns: -1, connect: -1, ssl: -1, send: 0, wait: 0, receive: 0 },
    serverAddress: undefined,
    ...given,
  }
}

/** Headers of `name: value` lines. */
export function linesOf(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
}

/** What is wrong with an entry by the schema of HAR 1.2. */
export function entryErrors(entry: unknown): string[] {
  const creator = { name: 'test', version: '1' }
  return harErrors({ log: { version: '1.2', creator, entries: [entry] } })
}

/** What a capture is replayed from, after it was in a file. */
export async function replayed(capture: Capture): Promise<RecordedEntry> {
  const entry = JSON.parse(JSON.stringify(toHarEntry(capture)))
  const read = await readEntry(entry, 1, () => Promise.reject(new Error('no attachments')))
  if ('reason' in read) throw new Error(read.reason)
  return read
}

/** The bytes and headers of the reply that an entry has. */
export function replyOf({ answer }: RecordedEntry): {
  rawHeaders: readonly string[]
  body: Buffer
} {
  if (answer.kind !== 'reply') throw new Error(`the answer is ${answer.kind}`)
  const { rawHeaders, body = new Uint8Array() } = answer.reply
  if ('next' in body) throw new Error('the body is a stream')
  return { rawHeaders, body: Buffer.from(body) }
}
