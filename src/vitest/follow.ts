import type { RunningTest } from '../contract/index.ts'
import type { MockberthError } from '../errors.ts'
import { followTests, type TestState } from '../mocks/blame.ts'
import type { RunningSet } from '../mocks/start.ts'

/**
 * Fails the tests of one file, or the file, for the requests that nothing answered, and warns of the
 * overrides that never ran, or fails them for these too.
 */
export interface FileFollower {
  /** Follows one attempt of a test to its very end. Resolves when everything is as new for it. */
  test(context: TestContext): Promise<void>
  /**
   * The file is over.
   * @throws `UNHANDLED_REQUEST`, `UNUSED_OVERRIDE` with what no single test could be blamed for
   */
  close(): void
}

/** What of Vitest's test context it needs. */
interface TestContext {
  readonly task: Task
  onTestFinished(callback: () => void): void
}

interface Task {
  readonly name: string
  /** It was declared with `test.fails`. */
  readonly fails?: boolean | undefined
  readonly result?: { readonly state: string } | undefined
  readonly suite?: Task | undefined
}

/** Starts to follow the tests of a file. */
export function followFile(running: RunningSet): FileFollower {
  const blame = followTests(running, (text) => console.warn(`mockberth: ${text}`))
  return {
    async test({ task, onTestFinished }) {
      const test: RunningTest = { name: fullName(task), isToFail: task.fails === true }
      // Unlike afterEach, this runs after all hooks of the user, in every order of hooks, and keeps
      // none of them from running when it throws.
      onTestFinished(() => throwAll(blame.end(test, stateOf(task))))
      await blame.begin(test)
    },
    close: () => throwAll(blame.close()),
  }
}

function stateOf({ result }: Task): TestState {
  if (result?.state === 'skip') return 'skipped'
  return result?.state === 'pass' ? 'passed' : 'failed'
}

/** As Vitest's reports name it: `describe > test`. */
function fullName({ name, suite }: Task): string {
  return suite === undefined ? name : `${fullName(suite)} > ${name}`
}

/** Vitest takes lines of a message for frames when they name a file, and prints them once more. */
function throwAll(errors: readonly MockberthError[]): void {
  for (const error of errors) error.stack = ''
  if (errors.length === 0) return
  if (errors.length === 1) throw errors[0]
  // Vitest takes it apart; before Vitest 4 it prints this one.
  const all = new AggregateError(errors, errors.map(({ message }) => message).join('\n\n'))
  all.stack = ''
  throw all
}
