import type { FullConfig, FullResult, Reporter, Suite } from '@playwright/test/reporter'
import { describeError } from '../errors.ts'
import { endRun } from '../report/end-run.ts'
import {
  beginRun,
  NO_SERVICES_VARIABLE,
  RUN_VARIABLE,
  SERVICES_VARIABLE,
  type Run,
} from '../run/run.ts'
import { ownServices, type ServicesOwner } from '../services/owner.ts'
import { extentOfRun, type PlaywrightRun } from './extent.ts'

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
  #begun: Pick<PlaywrightRun, 'config' | 'suite'> | undefined

  onBegin(config: FullConfig, suite: Suite): void {
    this.#begun = { config, suite }
    // A run that goes on around this one, such as that of `mockberth prune`, has its own owner.
    const around = process.env[RUN_VARIABLE]
    if (around === undefined) this.#run = beginRun()
    this.#services = ownServices(around ?? this.#run!.folder)
    this.#services.listening.catch((error: unknown) => {
      delete process.env[SERVICES_VARIABLE]
      process.env[NO_SERVICES_VARIABLE] = describeError(error)
    })
    // Workers are started with what is in the environment then.
    if (this.#run !== undefined) process.env[RUN_VARIABLE] = this.#run.folder
    process.env[SERVICES_VARIABLE] = this.#services.path
  }

  async onEnd({ status }: FullResult): Promise<{ status: 'failed' } | undefined> {
    await this.#services?.close()
    this.#services = undefined
    delete process.env[SERVICES_VARIABLE]
    delete process.env[NO_SERVICES_VARIABLE]
    const begun = this.#begun
    if (begun === undefined) return undefined
    this.#begun = undefined
    const own = this.#run
    this.#run = undefined
    if (own !== undefined) delete process.env[RUN_VARIABLE]
    const isComplete = await endRun(own, () => extentOfRun({ ...begun, status }, process.argv))
    return isComplete ? undefined : { status: 'failed' }
  }

  printsToStdio(): boolean {
    return false
  }
}
