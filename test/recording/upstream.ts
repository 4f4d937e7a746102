import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ApiDefinition, MockApi, RunningMocks } from '../../src/index.ts'
import { startRealApi, type Asked, type RealApi } from '../responders/real-api.ts'
import { createFolder } from '../support/har.ts'
import { startMocks } from '../support/start.ts'

/** What a recording holds of one exchange, as far as tests look at it. */
interface Kept {
  readonly request: string
  readonly text: string | undefined
}

/** An upstream whose replies a test decides, and the recording of it. */
export interface Recorded {
  readonly real: RealApi
  readonly file: string
  /** What the upstream says from now on: `{}`, or text by path. */
  say(answers: Readonly<Record<string, string>>): void
  start(definition?: Partial<ApiDefinition>): Promise<Recording>
  /** What the file holds. */
  kept(): Kept[]
}

/** A set that records, or replays. */
export interface Recording {
  readonly api: MockApi
  readonly running: RunningMocks<'api'>
  ask(path: string, init?: RequestInit): Promise<string>
  /** Ends the set, which saves what it recorded. */
  stop(): Promise<void>
}

export async function startUpstream(): Promise<Recorded> {
  const file = `${await createFolder()}/recordings/api.har`
  let answers: Readonly<Record<string, string>> = {}
  const real = await startRealApi(({ target }: Asked, outgoing) => {
    const text = answers[target] ?? answers[target.split('?')[0]!]
    outgoing.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/plain' })
    outgoing.end(text ?? 'not found')
  })
  return {
    real,
    file,
    say: (next) => {
      answers = next
    },
    start: (definition) => startRecording({ upstream: real.url, recording: file, ...definition }),
    kept: () => entriesOf(file).map(toKept),
  }
}

/** Starts a set whose one API records. */
export async function startRecording(definition: ApiDefinition): Promise<Recording> {
  const running = await startMocks({ api: { mode: 'record', ...definition } })
  const { api } = running.apis
  return {
    api,
    running,
    ask: async (path, init) => (await fetch(api.url + path, init)).text(),
    stop: () => running.stop(),
  }
}

/** The entries of a HAR; none, where it is not there. */
export function entriesOf(file: string): any[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).log.entries : []
}

/** Names of the files beside a recording, itself among them. */
export function filesBeside(file: string): string[] {
  return readdirSync(dirname(file)).toSorted()
}

function toKept({ request, response }: any): Kept {
  const { pathname, search } = new URL(request.url)
  return { request: `${request.method} ${pathname}${search}`, text: response.content.text }
}
