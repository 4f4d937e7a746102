import type { RunningTest } from '../contract/index.ts'
import { followTests } from '../mocks/blame.ts'
import type { RunningSet } from '../mocks/start.ts'
import { attachTraffic, forgetAttached } from './attach.ts'
import { appendToError, namesOf, type Task } from './task.ts'

/** Fails the tests of one file, or the file, for the requests that nothing answered. */
export interface FileFollower {
  /** Follows one attempt of a test to its very end. Resolves when everything is as new for it. */
  test(context: TestContext): Promise<void>
  /**
   * The file is over.
   * @throws `UNHANDLED_REQUEST` with what no single test could be blamed for
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
  const blame = followTests(running)
  const now = new Set<RunningTest>()
  let together = 0
  // Tests may put another in its place.
  const { error: print } = console
  return {
    async test({ task, onTestFinished }) {
      forgetAttached(task)
      const test: RunningTest = { name: namesOf(task).join(' > ') }
      const known = task.result?.errors?.length ?? 0
      together = now.size === 0 ? 1 : together + 1
      now.add(test)
      // Unlike afterEach, this runs after all hooks of the user, in every order of hooks, and keeps
      // none of them from running when it throws.
      onTestFinished(() => {
        now.delete(test)
        const unhandled = errorOf(() => blame.end(test, task.result?.state === 'pass'))
        const hasFailed = unhandled !== undefined || task.result?.state === 'fail'
        if (!hasFailed) return undefined
        return explain({ task, test, known, unhandled, isAlone: together === 1, running, print })
      })
      await blame.begin(test)
    },
    close() {
      const error = errorOf(() => blame.close())
      if (error !== undefined) throw error
    },
  }
}

/** An attempt that failed. */
interface Failure {
  readonly task: Task
  readonly test: RunningTest
  /** How many errors of the task are of attempts before. */
  readonly known: number
  readonly unhandled: Error | undefined
  /** Whether no other test ran since the journal was empty. */
  readonly isAlone: boolean
  readonly running: RunningSet
  print(text: string): void
}

/**
 * Attaches its traffic to an attempt that failed, and says so in the last of its errors.
 *
 * @throws what is to be one more error of it
 */
async function explain(failure: Failure): Promise<void> {
  const { task, test, known, unhandled, isAlone, running, print } = failure
  const others = isAlone ? '' : ' and that of the tests beside it'
  // What is to fail is no surprise.
  const attached = task.fails
    ? undefined
    : await attachTraffic(task, running.evidence(), `its traffic${others}`)
  if (attached !== undefined) {
    const { line, table } = attached
    const error = unhandled ?? task.result?.errors?.slice(known).at(-1)
    if (error !== undefined) appendToError(error, `\n\n${line}`)
    if (table !== '')
      print(`mockberth: the traffic of ${JSON.stringify(test.name)}${others}:\n${table}`)
  }
  if (unhandled !== undefined) throw unhandled
}

/** Vitest takes lines of a message for frames when they name a file, and prints them once more. */
function errorOf(check: () => void): Error | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    const thrown = error as Error
    thrown.stack = ''
    return thrown
  }
}
