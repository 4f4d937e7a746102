/** What of a test this package needs, in all majors of Vitest. */
export interface Task {
  readonly name: string
  /** Whether it is to fail: `test.fails`. */
  readonly fails?: boolean
  /** Whether it runs beside others: `test.concurrent`. */
  readonly concurrent?: boolean | undefined
  readonly file: TaskFile
  readonly suite?: Suite | undefined
  readonly result?: TaskResult | undefined
}

interface TaskFile extends Suite {
  readonly projectName?: string | undefined
}

export interface Suite {
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
  /** Whatever an object that was thrown has under this name. */
  message?: unknown
  stack?: string | undefined
}

/** The names of the suites around a test, and its own. */
export function namesOf({ name, suite }: Suite): string[] {
  return suite === undefined ? [name] : [...namesOf(suite), name]
}
