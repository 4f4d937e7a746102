import type { FullConfig, FullResult, Suite, TestCase } from '@playwright/test/reporter'
import { partUnlessPassed, type Extent } from '../run/extent.ts'

/** What makes Playwright run some of the tests, but for shards and `.only`. */
const FILTERS =
  /^(?:-[gG]|--(?:grep|grep-invert|project|last-failed|only-changed|test-list|test-list-invert|ui|ui-host|ui-port|debug)(?:=|$))/

/** The short options whose value is the next argument, where it is not attached. */
const SHORT_WITH_VALUE = /^-[cju]$/

/** The long ones that have none, and the end of all options: what comes behind one is a file. */
const LONG_WITHOUT_VALUE =
  /^--(?:fail-on-flaky-tests|forbid-only|fully-parallel|headed|ignore-snapshots|no-deps|pass-with-no-tests|quiet)?$/

/** A run of Playwright, as it began and ended. */
export interface PlaywrightRun {
  readonly config: FullConfig
  readonly suite: Suite
  readonly status: FullResult['status']
}

/** How much of the tests a run of Playwright was. */
export function extentOfRun(run: PlaywrightRun, argv: readonly string[]): Extent {
  const skipped = run.suite.allTests().filter((test) => test.outcome() === 'skipped')
  return { partial: partOf(run, argv), skipped: skipped.length }
}

function partOf(
  { config, suite, status }: PlaywrightRun,
  argv: readonly string[],
): string | undefined {
  const unfinished = partUnlessPassed(status)
  if (unfinished !== undefined) return unfinished
  if (config.shard !== null) return `the shard ${config.shard.current} of ${config.shard.total}`
  if (suite.allTests().some((test) => isOnly(test))) return 'what .only picked'
  const filter = filterIn(argv)
  return filter === undefined ? undefined : `what ${filter} picked`
}

/** What on a command line of Playwright's picks tests. */
export function filterIn(argv: readonly string[]): string | undefined {
  const command = argv.indexOf('test')
  // Playwright's extension for editors has a command line of its own, and picks tests.
  if (command === -1) return 'an editor'
  const rest = argv.slice(command + 1)
  return rest.find((argument) => FILTERS.test(argument)) ?? rest.find(isFile)
}

/** What is neither an option nor the value of the one before it. */
function isFile(argument: string, index: number, rest: readonly string[]): boolean {
  const before = rest[index - 1] ?? ''
  const isValue = before.startsWith('--')
    ? !before.includes('=') && !LONG_WITHOUT_VALUE.test(before)
    : SHORT_WITH_VALUE.test(before)
  return !argument.startsWith('-') && !isValue
}

/** Playwright keeps it to itself; where it no longer does, `.only` is not noticed. */
type MaybeOnly = (TestCase | Suite) & { readonly _only?: boolean }

function isOnly(marked: MaybeOnly): boolean {
  const { _only: isMarked = false, parent } = marked
  return isMarked || (parent !== undefined && isOnly(parent))
}
