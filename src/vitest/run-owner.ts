import type { Reporter, TestProject, TestSpecification, Vitest } from 'vitest/node'
import { endRun } from '../report/end-run.ts'
import { beginRun, RUN_VARIABLE, type Run } from '../run/run.ts'
import type { ServicesOwner } from '../services/owner.ts'
import { extentOfRun } from './extent.ts'
import { RUN_KEY, SERVICES_KEY } from './provided.ts'

/**
 * Owns the runs of a Vitest process: what the workers record is merged when all tests are over, and the
 * services that they had are ended. In watch mode each rerun is a run.
 */
export interface RunOwner extends Reporter {
  /** Provides the workers of a project with the run. */
  provideRun(project: TestProject): void
  /** Provides them with who owns the services of the run. */
  provideServices(project: TestProject): void
}

export function createRunOwner(vitest: Vitest): RunOwner {
  const projects = new Set<TestProject>()
  const withServices = new Set<TestProject>()
  const joined = process.env[RUN_VARIABLE]
  let run: (Run & { readonly folder: string }) | undefined
  let services: ServicesOwner | undefined
  let specifications: readonly TestSpecification[] = []
  const provide = async (): Promise<void> => {
    const folder = joined ?? (run ??= beginRun()).folder
    for (const project of projects) project.provide(RUN_KEY as never, folder as never)
    if (withServices.size === 0) return
    const { ownServices } = await import('../services/owner.ts')
    services = ownServices(folder)
    await services.listening
    for (const project of withServices) {
      project.provide(SERVICES_KEY as never, services.path as never)
    }
  }
  return {
    provideRun: (project) => void projects.add(project),
    provideServices: (project) => void withServices.add(project),
    async onTestRunStart(started) {
      specifications = started
      await provide()
    },
    async onTestRunEnd(modules, _errors, reason) {
      await services?.close()
      services = undefined
      const own = run
      run = undefined
      const end = { specifications, modules, reason }
      const isComplete = await endRun(own, () => extentOfRun(vitest, end))
      if (!isComplete) process.exitCode = 1
    },
  }
}
