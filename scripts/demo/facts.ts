/** What a worker tells of itself when its test file is over. */
interface WorkerFacts {
  readonly pid: number
  /** When the worker was started and when its file was over, in milliseconds since the epoch. */
  readonly from: number
  readonly until: number
  readonly apis: readonly ApiFacts[]
}

export interface ApiFacts {
  readonly name: string
  readonly url: string
  readonly port: number
  readonly requests: number
  /** How long it worked on them, all together, in milliseconds. */
  readonly time: number
}

export interface TestFacts {
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
  readonly time: number
}

export interface FileFacts {
  readonly file: string
  /** Absent when the file could not be run to its end. */
  readonly worker: WorkerFacts | undefined
  readonly tests: readonly TestFacts[]
}

/** Under this name the file for the facts is in the reporter's environment. */
export const FACTS_FILE = 'MOCKBERTH_DEMO_FACTS'

declare module 'vitest' {
  interface TaskMeta {
    demo?: WorkerFacts
  }
}
