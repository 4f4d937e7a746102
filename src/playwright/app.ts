import { test, type TestInfo } from '@playwright/test'
import { MockberthError } from '../errors.ts'
import { validateName } from '../mocks/validate-name.ts'
import type { ProcessOptions } from '../process/options.ts'
import type { RunningProcess } from '../process/running-process.ts'

/** The app under test, as a worker has it. */
export interface App {
  /** Where it is reached: `http://127.0.0.1:23456`, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** The last 64 Ki characters of what it printed, stdout and stderr as they came, without colours. */
  readonly output: string
  /**
   * Ends it and starts it anew, on the same port, with what is in `process.env` by then.
   * @throws as its first start does; nothing of it runs then
   */
  restart(): Promise<void>
}

/** An app, and what its worker does with it. */
interface WorkerApp extends App {
  /** @throws `PROCESS_ENDED` when it has died */
  verify(): Promise<void>
  stop(): Promise<void>
}

/** How to start the app under test; several, which know of each other, by name. */
export type AppOptions = ProcessOptions | Readonly<Record<string, ProcessOptions>>

/** What is started by one `app` option: the first is where pages are. */
export interface WorkerApps {
  readonly first: WorkerApp
  readonly byName: Readonly<Record<string, WorkerApp>> | undefined
  readonly all: readonly WorkerApp[]
}

/** @throws as `startProcess()` does */
export async function startApps(options: AppOptions): Promise<WorkerApps> {
  const { startProcess, startProcesses } = await import('../process/start.ts')
  if (!isSeveral(options)) {
    const app = createApp(await startProcess(options))
    return { first: app, byName: undefined, all: [app] }
  }
  const names = Object.keys(options)
  if (names.length === 0) throw noApps()
  for (const name of names) validateName('app', name)
  const started = await startProcesses(options)
  const byName = Object.fromEntries(names.map((name) => [name, createApp(started[name]!)]))
  const all = Object.values(byName)
  return { first: all[0]!, byName, all }
}

/** What is started, in words. */
export function nameOf(options: AppOptions): string {
  if (isSeveral(options)) return `the apps: ${Object.keys(options).join(', ')}`
  // What is wrong with them is for their start to say.
  const command: unknown = (options as ProcessOptions | null)?.command
  const line = Array.isArray(command) ? command.join(' ') : command
  return typeof line === 'string' ? `the app: ${line}` : 'the app'
}

/** Attaches what the apps printed to a test that failed. */
export async function attachOutput(testInfo: TestInfo, { all, byName }: WorkerApps): Promise<void> {
  const names = Object.keys(byName ?? {})
  for (const [index, { output }] of all.entries()) {
    const name = names[index] === undefined ? 'output of the app' : `output of ${names[index]}`
    await testInfo.attach(name, { body: output, contentType: 'text/plain' })
  }
}

/** Whether it has options under names, wrong ones among them; options themselves have a command. */
function isSeveral(options: AppOptions): options is Readonly<Record<string, ProcessOptions>> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return false
  const values: unknown[] = Object.values(options)
  const isNamed = values.every((value) => typeof value === 'object' && !Array.isArray(value))
  return isNamed && (values.length === 0 || values.some(hasCommand))
}

function hasCommand(value: unknown): boolean {
  return value !== null && Object.hasOwn(value as object, 'command')
}

function createApp(started: RunningProcess): WorkerApp {
  let running = started
  return {
    get url() {
      return running.url
    },
    get port() {
      return running.port
    },
    get pid() {
      return running.pid
    },
    get output() {
      return running.output
    },
    async restart() {
      // Awaited here: otherwise this call is not in the stack, whose first frame `box` leaves out.
      running = await test.step('restart the app', () => running.restart(), { box: true })
    },
    verify: () => running.verify(),
    stop: () => running.stop(),
  }
}

function noApps(): MockberthError {
  return new MockberthError(
    'INVALID_OPTION',
    "mockTest(): app got {}; it takes an object with a command: { command: 'node server.js' }, or several of them by name.",
  )
}
