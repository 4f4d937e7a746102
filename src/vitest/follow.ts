import type { RunningTest } from '../contract/index.ts'
import type { MockberthError } from '../errors.ts'
import { followTests, type TestState } from '../mocks/blame.ts'
import type { Services } from '../mocks/service-definition.ts'
import type { OwnSet, RunningSet, TestSet } from '../mocks/running-set.ts'
import { appendToError, throwAll } from '../report/failing-test.ts'
import { attachTraffic, forgetAttached } from './attach.ts'
import { markOf } from './concurrent-tests.ts'
import { namesOf, type Task } from './task.ts'

/**
 * Fails the tests of one file, or the file, for the requests that nothing answered, and warns of the
 * overrides that never ran, or fails them for these too.
 */
export interface FileFollower {
  /**
   * Follows one attempt of a test to its very end. Resolves when everything is as new for it, which is
   * once: fixtures of the user that came first have done something with it.
   */
  test(context: TestContext): Promise<void>
  /** The services, which all attempts have. */
  readonly services: Services<string>
  /** What an attempt has: the set, or all of it to itself where it runs beside others. */
  setOf(task: Task): TestSet
  /**
   * The file is over.
   * @throws `UNHANDLED_REQUEST` and `UNUSED_OVERRIDE` with what no single test could be blamed for
   */
  close(): void
}

/** What of Vitest's test context it needs. */
interface TestContext {
  readonly task: Task
  onTestFinished(callback: () => void | Promise<void>): void
}

/** Starts to follow the tests of a file. */
export function followFile(running: RunningSet): FileFollower {
  const blame = followTests(running, (text) => console.warn(`mockberth: ${text}`))
  const now = new Set<RunningTest>()
  let together = 0
  const attempts = new WeakMap<Task, Attempt>()
  // Its fixture may come before its hooks, and the other way round.
  const attemptOf = (task: Task): Attempt => {
    const attempt = attempts.get(task) ?? openAttempt(task, running)
    attempts.set(task, attempt)
    return attempt
  }
  // Tests may put another in its place.
  const { error: print } = console
  const begin = async ({ task, onTestFinished }: TestContext): Promise<void> => {
    forgetAttached(task)
    const { test, own } = attemptOf(task)
    const known = task.result?.errors?.length ?? 0
    together = now.size === 0 ? 1 : together + 1
    now.add(test)
    // Unlike afterEach, this runs after all hooks of the user, in every order of hooks, and keeps
    // none of them from running when it throws.
    onTestFinished(async () => {
      now.delete(test)
      attempts.delete(task)
      const errors = await blame.end(test, stateOf(task), own)
      const isAlone = together === 1 || own !== undefined
      if (errors.length > 0 || task.result?.state === 'fail') {
        await explain({ task, test, known, errors, isAlone, set: own ?? running, print })
      }
      throwAll(errors)
    })
    await blame.begin(test)
  }
  return {
    test(context) {
      const attempt = attemptOf(context.task)
      return (attempt.begun ??= begin(context))
    },
    services: running.services,
    setOf: (task) => attemptOf(task).own ?? running,
    close: () => throwAll(blame.close()),
  }
}

interface Attempt {
  readonly test: RunningTest
  /** What it has to itself, where it runs beside others. */
  readonly own: OwnSet | undefined
  /** Resolves when everything is as new for it. */
  begun?: Promise<void>
}

function openAttempt(task: Task, running: RunningSet): Attempt {
  const test = { name: namesOf(task).join(' > '), isToFail: task.fails === true }
  const mark = markOf(task)
  return { test, own: mark === undefined ? undefined : running.openFor(test, mark) }
}

function stateOf({ result }: Task): TestState {
  if (result?.state === 'skip') return 'skipped'
  return result?.state === 'pass' ? 'passed' : 'failed'
}

/** An attempt that failed. */
interface Failure {
  readonly task: Task
  readonly test: RunningTest
  /** How many errors of the task are of attempts before. */
  readonly known: number
  /** What it is to blame for here. */
  readonly errors: readonly MockberthError[]
  /** Whether no other test had the set since the journal was empty. */
  readonly isAlone: boolean
  readonly set: TestSet
  print(text: string): void
}

/** Attaches its traffic to an attempt that failed, and says so in the last of its errors. */
async function explain(failure: Failure): Promise<void> {
  const { task, test, known, errors, isAlone, set, print } = failure
  // What is to fail is no surprise.
  if (task.fails === true) return
  const others = isAlone ? '' : ' and that of the tests beside it'
  const attached = await attachTraffic(task, set.evidence(), `its traffic${others}`)
  if (attached === undefined) return
  const { line, table } = attached
  const error = errors.at(-1) ?? task.result?.errors?.slice(known).at(-1)
  const isSaid = error !== undefined && appendToError(error, `\n\n${line}`)
  const name = JSON.stringify(test.name)
  if (table !== '') print(`mockberth: the traffic of ${name}${others}:\n${table}`)
  if (!isSaid) print(`mockberth: ${name}: ${line}`)
}
