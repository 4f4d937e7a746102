import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { listeningPorts, portsOf } from '../support/listeners.ts'
import { isRunning, processesWith } from '../support/processes.ts'
import type { Ended, Project, Running } from '../support/project.ts'
import { playwrightProject, startPlaywright } from './playwright-project.ts'

/** Asks its upstream, and says what it said; dies when it is told to, and leaves `/wait` unanswered. */
const SERVER = `
import { appendFileSync } from 'node:fs'
import http from 'node:http'

const users = process.env.USERS_API_URL
http
  .createServer(async ({ method, url }, response) => {
    if (method === 'OPTIONS') return response.writeHead(204).end()
    if (url === '/die') return process.exit(3)
    if (url === '/wait') return console.log('waits')
    const { id } = await (await fetch(users + url)).json()
    response.end('user ' + id)
  })
  .listen(process.env.PORT, '127.0.0.1', () => console.log('listening'))
appendFileSync('apps.log', process.pid + ' ' + process.env.PORT + '\\n')
`

export const APP_TEST = `
import { mockTest } from 'mockberth/playwright'
import mocks from '../mocks.ts'

export { expect } from 'mockberth/playwright'
export const test = mockTest(mocks, { app: { command: 'node server.js' } })
`

/** What the tests of a project know of its apps. */
const APPS = `
import { existsSync, readFileSync } from 'node:fs'

/** Those that were started so far, in order. */
export function apps() {
  if (!existsSync('apps.log')) return []
  const lines = readFileSync('apps.log', 'utf8').trim().split('\\n')
  return lines.map((line) => ({ pid: Number(line.split(' ')[0]), port: Number(line.split(' ')[1]) }))
}

export function isRunning(pid) {
  try {
    return !/\\) [ZX] /.test(readFileSync('/proc/' + pid + '/stat', 'latin1'))
  } catch {
    return false
  }
}
`

/** A project whose tests have an app; options of its config are source text. */
export function appProject(files: Readonly<Record<string, string>>, options = ''): Project {
  return playwrightProject(
    { 'server.js': SERVER, 'e2e/apps.js': APPS, 'e2e/test.ts': APP_TEST, ...files },
    options,
  )
}

/** A run of the tests of a project. */
export interface AppRun extends Running {
  readonly project: Project
  /** In the environment of each of its processes: workers, apps, what these start, guards. */
  readonly mark: string
}

export function startRun(
  project: Project,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): AppRun {
  const mark = randomUUID()
  onTestFinished(() => {
    for (const pid of processesWith(mark)) spawnSync('kill', ['-9', String(pid)])
  })
  return { ...startPlaywright(project, args, { ...env, TEST_MARK: mark }), project, mark }
}

/** Runs the tests of a project to their end, after which no app may be there, and nothing else soon. */
export async function runWithApps(
  project: Project,
  args?: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Ended> {
  const run = startRun(project, args, env)
  const ended = await run.ended
  const { pids, ports } = appsLeft(run)
  expect({ pids, ports }).toEqual({ pids: [], ports: [] })
  await nothingLeft(run)
  return ended
}

/** Waits until no process of a run is there, and nothing listens where one did. */
export async function nothingLeft(run: AppRun): Promise<void> {
  await expect
    .poll(() => ({ processes: processesOf(run), ports: appsLeft(run).ports }), { timeout: 20_000 })
    .toEqual({ processes: [], ports: [] })
}

/** The apps that were started in a project, and what else said so, in order. */
export function appsOf({ folder }: Project): { pid: number; port: number }[] {
  const log = join(folder, 'apps.log')
  if (!existsSync(log)) return []
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [pid, port] = line.split(' ').map(Number)
    return { pid: pid!, port: port! }
  })
}

function appsLeft({ project }: AppRun): { pids: number[]; ports: number[] } {
  const apps = appsOf(project)
  const listening = listeningPorts()
  return {
    pids: apps.map(({ pid }) => pid).filter(isRunning),
    ports: apps.map(({ port }) => port).filter((port) => listening.has(port)),
  }
}

/** Each process of a run that is there: what it is, and where it listens. */
export function processesOf({ mark }: AppRun): string[] {
  return processesWith(mark).map((pid) => {
    const command = commandOf(pid)
    const ports = portsOf(pid)
    return ports.length === 0 ? command : `${command}, which listens on ${ports.join(' and ')}`
  })
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
  } catch {
    return 'a process that has just ended'
  }
}
