import type { TestModule, TestRunEndReason, Vitest } from 'vitest/node'
import type { Extent } from '../run/extent.ts'

/** How a run of Vitest ended. */
export interface RunEnd {
  /** How many files it was of. */
  readonly files: number
  readonly modules: readonly TestModule[]
  readonly reason: TestRunEndReason
}

/** How much of the tests a run of Vitest was. */
export async function extentOfRun(vitest: Vitest, end: RunEnd): Promise<Extent> {
  const skipped = end.modules.flatMap(({ children }) => [...children.allTests('skipped')])
  return { partial: await partOf(vitest, end), skipped: skipped.length }
}

async function partOf(vitest: Vitest, { files, reason }: RunEnd): Promise<string | undefined> {
  const { project, tagsFilter = [], testNamePattern } = vitest.config
  if (reason !== 'passed') return `a run that ${reason === 'failed' ? 'failed' : 'was interrupted'}`
  if (testNamePattern !== undefined) return `tests with a name like ${String(testNamePattern)}`
  if (tagsFilter.length > 0) return `tests with the tags ${tagsFilter.join(', ')}`
  if (project.length > 0) return `the project ${project.join(', ')}`
  const all = (await vitest.globTestSpecifications()).length
  return files === all ? undefined : `${files} of ${all} test files`
}
