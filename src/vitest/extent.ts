import type { TestModule, TestRunEndReason, TestSpecification, Vitest } from 'vitest/node'
import { partUnlessPassed, type Extent } from '../run/extent.ts'

/** What a run of Vitest was, and how it ended. */
export interface RunEnd {
  readonly specifications: readonly TestSpecification[]
  readonly modules: readonly TestModule[]
  readonly reason: TestRunEndReason
}

/** What makes Vitest look for fewer files, so that some seem to be all. */
const NARROWING = /^--(?:dir|exclude|lastFailed|last-failed|changed|related)(?:=|$)/

/** How much of the tests a run of Vitest was. */
export async function extentOfRun(vitest: Vitest, end: RunEnd): Promise<Extent> {
  const skipped = end.modules
    .flatMap(({ children }) => [...children.allTests('skipped')])
    .filter(({ options }) => options.mode !== 'todo')
  return { partial: await partOf(vitest, end), skipped: skipped.length }
}

async function partOf(
  vitest: Vitest,
  { specifications, reason }: RunEnd,
): Promise<string | undefined> {
  const { project, shard, tagsFilter = [], testNamePattern } = vitest.config
  const unfinished = partUnlessPassed(reason)
  if (unfinished !== undefined) return unfinished
  // Before Vitest 5, a shard has all files until its workers get theirs.
  if (shard) return `the shard ${shard.index} of ${shard.count}`
  if (testNamePattern !== undefined) return `tests with a name like ${String(testNamePattern)}`
  if (tagsFilter.length > 0) return `tests with the tags ${tagsFilter.join(', ')}`
  if (project.length > 0) return `the project ${project.join(', ')}`
  if (process.argv[2] === 'bench') return 'benchmarks'
  const narrowing = process.argv.find((argument) => NARROWING.test(argument))
  if (narrowing !== undefined) return `what ${narrowing} picked`
  if (specifications.some(picksTests)) return 'some tests of a file'
  const all = (await vitest.globTestSpecifications()).length
  const count = specifications.length
  return count === all ? undefined : `${count} of ${all} test files`
}

function picksTests(specification: TestSpecification): boolean {
  const { testLines, testIds, testNames, testNamePattern } = specification
  const isOneOf = [testLines, testIds, testNames].some((picked = []) => picked.length > 0)
  return isOneOf || testNamePattern !== undefined
}
