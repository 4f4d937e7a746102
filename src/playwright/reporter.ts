import type { FullConfig, Reporter } from '@playwright/test/reporter'
import { reportRecordings } from '../report/recordings.ts'
import { finishRun } from '../run/finish.ts'
import { describeError } from '../errors.ts'
import {
  beginRun,
  NO_SERVICES_VARIABLE,
  RUN_VARIABLE,
  SERVICES_VARIABLE,
  type Run,
} from '../run/run.ts'
import { ownServices, type ServicesOwner } from '../services/owner.ts'

/** What makes Playwright run some of the tests, but for shards, of which its config knows. */
const FILTERS =
  /^(?:-g|-G|--grep|--grep-invert|--project|--last-failed|--only-changed|--test-list|--ui|--debug)(?:=|$)/

/**
 * Owns the runs of a Playwright process: what its workers record is merged when all tests are over,
 * and what they did with recordings is told; the services that they had are ended. In UI mode each run is one.
 *
 * @example
 * export default defineConfig({ reporter: [['list'], ['mockberth/playwright/reporter']] })
 */
export default class RecordingsReporter implements Reporter {
  #run: (Run & { readonly folder: string }) | undefined
  #services: ServicesOwner | undefined
  #isShard = false

  onBegin({ shard }: FullConfig): void {
    // A run that goes on around this one, such as that of `mockberth prune`, has its own owner.
    const around = process.env[RUN_VARIABLE]
    if (around === undefined) this.#run = beginRun()
    this.#isShard = shard !== null
    this.#services = ownServices(around ?? this.#run!.folder)
    this.#services.listening.catch((error: unknown) => {
      delete process.env[SERVICES_VARIABLE]
      process.env[NO_SERVICES_VARIABLE] = describeError(error)
    })
    // Workers are started with what is in the environment then.
    if (this.#run !== undefined) process.env[RUN_VARIABLE] = this.#run.folder
    process.env[SERVICES_VARIABLE] = this.#services.path
  }

  async onEnd(): Promise<{ status: 'failed' } | undefined> {
    await this.#services?.close()
    this.#services = undefined
    delete process.env[SERVICES_VARIABLE]
    delete process.env[NO_SERVICES_VARIABLE]
    if (this.#run === undefined) return undefined
    const ended = this.#run
    this.#run = undefined
    delete process.env[RUN_VARIABLE]
    const { text, isComplete } = reportRecordings(
      await finishRun(ended),
      !this.#isShard && isWhole(process.argv),
    )
    if (text !== '') process.stderr.write(`\n${text}\n`)
    return isComplete ? undefined : { status: 'failed' }
  }

  printsToStdio(): boolean {
    return false
  }
}

/** Whether a command line runs all tests: only then is an entry unused that nobody asked for. */
function isWhole(argv: readonly string[]): boolean {
  const command = argv.indexOf('test')
  const rest = argv.slice(command + 1)
  const isFiltered = rest.some((argument) => FILTERS.test(argument))
  return command >= 0 && !isFiltered && !rest.some(isFileFilter)
}

/** What is neither an option nor the value of the one before it. */
function isFileFilter(argument: string, index: number, rest: readonly string[]): boolean {
  const before = rest[index - 1] ?? ''
  const isValue = before.startsWith('-') && !before.includes('=')
  return !argument.startsWith('-') && !isValue
}
