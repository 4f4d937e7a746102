import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished, vi } from 'vitest'
import { startHub, type Hub } from '../../src/hub/hub.ts'
import { declared } from './declared.ts'

/** What a worker of these tests can be told to do. */
export interface WorkerOrder {
  readonly do: 'open' | 'close' | 'stop' | 'received' | 'stop for all' | 'leave' | 'exit'
  readonly mark?: string
}

/** A hub that runs in this process, for the package in a folder of its own. */
export interface TestHub extends Hub {
  readonly folder: string
  /** What it said. */
  readonly said: readonly string[]
}

/** Where hubs are found in this test, and only in it. */
export async function ownTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hub-'))
  vi.stubEnv('TMPDIR', folder)
  vi.stubEnv('MOCKBERTH_HUB', undefined)
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true, force: true })
  })
  return folder
}

/** Starts a hub for one test. */
export async function startTestHub(): Promise<TestHub> {
  return startHubIn(await ownTemporaryFolder())
}

/** Starts another one beside it. */
export async function startHubIn(folder: string): Promise<TestHub> {
  writeFileSync(join(folder, 'package.json'), '{}')
  const said: string[] = []
  const hub = await startHub(declared, join(folder, 'mocks.ts'), (line) => void said.push(line))
  onTestFinished(() => hub.stop())
  return { ...hub, folder, said }
}

/** A worker in a process of its own. */
export interface TestWorker {
  readonly child: ChildProcess
  /** Where its own servers are. */
  readonly urls: Readonly<Record<string, string>>
  /** Where the hub is, as it was told. */
  readonly hubUrls: Readonly<Record<string, string>>
  /** @throws what the worker threw */
  order<Result = unknown>(what: WorkerOrder['do'], mark?: string): Promise<Result>
  readonly ended: Promise<unknown>
}

interface Told {
  readonly id?: number
  readonly done?: unknown
  readonly failed?: { readonly code: string; readonly message: string }
}

/** Starts a worker, and waits until it has joined. */
export async function startWorker(
  folder: string,
  env: NodeJS.ProcessEnv = {},
): Promise<TestWorker> {
  const child = fork(fileURLToPath(new URL('worker.process.ts', import.meta.url)), [folder], {
    env: { ...process.env, ...env },
    execArgv: [],
  })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const [told] = (await once(child, 'message')) as [Told & Pick<TestWorker, 'urls' | 'hubUrls'>]
  if (told.failed !== undefined) throw Object.assign(new Error(told.failed.message), told.failed)
  const waiting = new Map<number, (told: Told) => void>()
  child.on('message', (answer: Told) => waiting.get(answer.id!)?.(answer))
  let orders = 0
  return {
    child,
    urls: told.urls,
    hubUrls: told.hubUrls,
    ended,
    async order<Result>(what: WorkerOrder['do'], mark?: string): Promise<Result> {
      const id = orders++
      const { promise, resolve } = Promise.withResolvers<Told>()
      waiting.set(id, resolve)
      child.send({ id, do: what, mark })
      const { failed, done } = await promise
      if (failed !== undefined) throw Object.assign(new Error(failed.message), failed)
      return done as Result
    },
  }
}

/** Asks a hub as the app does for a test. */
export async function ask(hub: Pick<Hub, 'apis'>, mark?: string, path = '/who'): Promise<string> {
  const headers = mark === undefined ? {} : { baggage: `mockberth=${mark}` }
  const response = await fetch(hub.apis.users + path, { headers })
  return `${response.status} ${await response.text()}`
}

/** The port of the API `users` of a hub or of a worker. */
export function portOf(urls: Readonly<Record<string, string>>): number {
  return Number(new URL(urls.users!).port)
}
