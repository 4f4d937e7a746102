import { existsSync, readdirSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defineMocks, type RunningMocks } from '../../src/index.ts'
import { startMocks } from '../support/start.ts'
import { askedBy, expectedOf, readEntries, type Asked, type Expected } from './har-oracle.ts'

// Real recordings of many producers are not part of the project: they belong to others.
const folder = process.env.MOCKBERTH_CORPUS ?? join(import.meta.dirname, '../../../shared/data')
const files = existsSync(folder)
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.har'),
    )
  : []

test('there are real recordings to replay, or it is said that there are none', () => {
  if (files.length === 0) console.log(`no real recordings are replayed: none are in ${folder}`)
  const isWanted = process.env.MOCKBERTH_CORPUS !== undefined || existsSync(folder)
  expect(files.length > 0).toBe(isWanted)
})

const recordings = files.map((name) => ({ name, entries: readEntries(join(folder, name)) }))

test.for(recordings.filter(({ entries }) => entries === undefined))(
  '$name is refused, because it is no HAR',
  async ({ name }) => {
    const recording = join(folder, name)
    const start = defineMocks({ api: { recording } }).start({ env: false })
    await expect(start).rejects.toThrow(`the recording ${recording} is no HAR: it `)
  },
)

test.for(recordings.filter(({ entries }) => entries !== undefined))('$name', async (recording) => {
  const file = join(folder, recording.name)
  const entries = recording.entries!
  const asked = entries.map((entry) => (entry === null ? undefined : askedBy(entry)))
  const origins = [...new Set(asked.flatMap((one) => one?.origin ?? []))]
  const running = await startAll(file, origins)
  const wrong: string[] = []
  for (const [index, request] of asked.entries()) {
    if (request === undefined) continue
    const { port } = running.apis[`api${origins.indexOf(request.origin)}`]!
    const got = await send(port, request)
    const problem = compare(expectedOf(file, entries[index]), got)
    if (problem !== undefined) wrong.push(`entry ${index + 1}: ${problem}`)
  }
  expect(wrong).toEqual([])
})

/** One API for each origin, and one for what has none. */
async function startAll(file: string, origins: readonly string[]): Promise<RunningMocks<string>> {
  const apis = origins.map((upstream, index) => [`api${index}`, { upstream }] as const)
  const options = { recording: file, rewriteUrls: false } as const
  return startMocks({
    all: options,
    ...Object.fromEntries(apis.map(([name, definition]) => [name, { ...options, ...definition }])),
  })
}

interface Got {
  readonly status: number
  readonly type: string
  readonly body: Buffer
}

/** The reply, or the code of the error instead of one. */
function send(port: number, { method, path, headers, body }: Asked): Promise<Got | string> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException): void => resolve(error.code ?? error.message)
    const request = http.request(
      { host: '127.0.0.1', port, method, path, headers, maxHeaderSize: 1024 * 1024 },
      (reply) => {
        const chunks: Buffer[] = []
        reply.on('data', (chunk) => chunks.push(chunk))
        reply.on('error', fail)
        reply.on('end', () => {
          const type = reply.headers['content-type'] ?? ''
          resolve({ status: reply.statusCode ?? 0, type, body: Buffer.concat(chunks) })
        })
      },
    )
    request.on('error', fail)
    request.end(body)
  })
}

/** What is wrong with a reply, if anything. */
function compare(expected: Expected, got: Got | string): string | undefined {
  if (expected.kind === 'dropped') return got === 'ECONNRESET' ? undefined : tell(expected, got)
  if (typeof got === 'string') return tell(expected, got)
  return isAsExpected(expected, got) ? undefined : tell(expected, got)
}

function isAsExpected(expected: Exclude<Expected, { kind: 'dropped' }>, got: Got): boolean {
  const { status, body } = got
  switch (expected.kind) {
    case 'body-missing':
      return status === 501 && body.includes('RECORDED_BODY_MISSING')
    case 'method-refused':
      return status === 400 && body.includes('HPE_INVALID_METHOD')
    case 'head':
      return status === expected.status && body.length === 0
    case 'bytes':
      return status === expected.status && body.equals(expected.bytes)
    case 'text':
      return status === expected.status && textOf(got) === Buffer.from(expected.text).toString()
  }
}

/** The text as a client reads it, with the charset that its type declares. */
function textOf({ type, body }: Got): string {
  const charset = /charset="?([^\s";]+)/i.exec(type)?.[1] ?? 'utf-8'
  return new TextDecoder(charset, { ignoreBOM: true, fatal: true }).decode(body)
}

function tell(expected: Expected, got: Got | string): string {
  const text = typeof got === 'string' ? got : `${got.status} ${got.body.toString('utf8', 0, 200)}`
  return `${JSON.stringify(expected).slice(0, 200)}, but got ${text}`
}
