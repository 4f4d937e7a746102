import type { RunningTest } from '../contract/index.ts'
import { followTests } from '../mocks/blame.ts'
import type { RunningSet } from '../mocks/start.ts'

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
  onTestFinished(callback: () => void): void
}

interface Task {
  readonly name: string
  readonly result?: { readonly state: string } | undefined
  readonly suite?: Task | undefined
}

/** Starts to follow the tests of a file. */
export function followFile(running: RunningSet): FileFollower {
  const blame = followTests(running)
  return {
    async test({ task, onTestFinished }) {
      const test: RunningTest = { name: fullName(task) }
      // Unlike afterEach, this runs after all hooks of the user, in every order of hooks, and keeps
      // none of them from running when it throws.
      onTestFinished(() => withoutStack(() => blame.end(test, task.result?.state === 'pass')))
      await blame.begin(test)
    },
    close: () => withoutStack(() => blame.close()),
  }
}

/** As Vitest's reports name it: `describe > test`. */
function fullName({ name, suite }: Task): string {
  return suite === undefined ? name : `${fullName(suite)} > ${name}`
}

/** Vitest takes lines of a message for frames when they name a file, and prints them once more. */
function withoutStack(check: () => void): void {
  try {
    check()
  } catch (error) {
    if (error instanceof Error) error.stack = ''
    throw error
  }
}
