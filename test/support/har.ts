import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ApiDefinition, MockApi } from '../../src/index.ts'
import { exchange, message, type RawReply } from './raw-client.ts'
import { startMocks } from './start.ts'

/** The origin that the entries of {@link entryOf} are of. */
export const ORIGIN = 'https://api.example'

/** A folder for one test. */
export async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mockberth-har-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** An entry of a HAR; what is not given is that of an empty reply to `GET /`. */
export function entryOf(
  { url = '/', ...request }: Record<string, any>,
  response?: Record<string, any> | null,
): unknown {
  const target = String(url).startsWith('/') ? ORIGIN + url : url
  return {
    startedDateTime: '2026-01-01T00:00:00.000Z',
    request: { method: 'GET', url: target, headers: [], bodySize: 0, ...request },
    ...(response !== undefined && {
      response: response && { status: 200, headers: [], content: { size: 0 }, ...response },
    }),
  }
}

/** The text of a HAR. */
export function harOf(entries: readonly unknown[], log: Record<string, unknown> = {}): string {
  return JSON.stringify({ log: { version: '1.2', ...log, entries } })
}

/** Headers as a HAR lists them, of `name: value` lines. */
export function listed(...lines: readonly string[]): { name: string; value: string }[] {
  return lines.map((line) => {
    const colon = line.indexOf(':', 1)
    return { name: line.slice(0, colon), value: line.slice(colon + 1).trimStart() }
  })
}

/** Writes a file into a folder of its own, and gives back its path. */
export async function writeRecording(
  bytes: string | Uint8Array,
  name = 'recorded.har',
): Promise<string> {
  const file = join(await createFolder(), name)
  await writeFile(file, bytes)
  return file
}

/** Writes a file that is large and takes no room. */
export async function writeSparse(file: string, size: number): Promise<void> {
  await writeFile(file, '')
  await truncate(file, size)
}

/** Makes a named pipe, from which nobody ever gets anything. */
export function makePipe(path: string): void {
  execFileSync('sh', ['-c', 'mkfifo "$0"', path])
}

/** Starts an API that replays a file. */
export async function replayFile(
  recording: string,
  definition: Partial<ApiDefinition> = {},
): Promise<MockApi> {
  const { apis } = await startMocks({ api: { ...definition, recording } })
  return apis.api
}

/** Starts an API that replays these entries. */
export async function replay(
  entries: readonly unknown[],
  definition: Partial<ApiDefinition> = {},
): Promise<MockApi> {
  return replayFile(await writeRecording(harOf(entries)), definition)
}

/** Sends a request on a connection of its own. */
export function ask(
  api: MockApi,
  requestLine = 'GET /',
  headers: readonly string[] = [],
  body = '',
): Promise<RawReply> {
  return exchange(api.port, message(requestLine, headers, body))
}
