/** What of a test this package needs, in all majors of Vitest. */
export interface Task {
  readonly name: string
  /** Whether it is to fail: `test.fails`. */
  readonly fails?: boolean
  readonly file: TaskFile
  readonly suite?: Suite | undefined
  readonly result?: TaskResult | undefined
}

interface TaskFile extends Suite {
  readonly projectName?: string | undefined
}

interface Suite {
  readonly name: string
  readonly suite?: Suite | undefined
}

interface TaskResult {
  readonly state: string
  /** Those of all attempts. */
  readonly errors?: readonly TaskError[] | undefined
  readonly retryCount?: number
  readonly repeatCount?: number
}

/** An error as Vitest keeps it for its reporters. */
interface TaskError {
  message: string
  stack?: string | undefined
}

/** The names of the suites around a test, and its own. */
export function namesOf({ name, suite }: Suite): string[] {
  return suite === undefined ? [name] : [...namesOf(suite), name]
}

/** Adds to what a test is reported to have failed with, where all reporters look for it. */
export function appendToError(error: TaskError, text: string): void {
  const before = error.message
  error.message = `${before}${text}`
  error.stack = error.stack?.replace(before, () => error.message)
}
