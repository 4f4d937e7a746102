/** One thing that was looked at. */
export interface Finding {
  readonly check: Check
  /** `good`: as it should be. `note`: worth knowing, and no problem by itself. `bad`: a problem. */
  readonly state: 'good' | 'note' | 'bad'
  /** What was found. */
  readonly found: string
  /** What that means, where it is not good. */
  readonly meaning?: string
  /** Commands and changes that mend it, or tell more. */
  readonly mend?: readonly string[]
}

/** What was looked at, for programs. */
type Check =
  | 'listening'
  | 'answering'
  | 'protocol'
  | 'localhost'
  | 'loopback'
  | 'proxy'
  | 'ephemeral'
  | 'file'
  | 'entry'

/** All that was found of one thing. */
export interface Diagnosis {
  /** `127.0.0.1:62893`, `.env`, `this machine` */
  readonly subject: string
  readonly findings: readonly Finding[]
}

/** Whether no problem was found. */
export function isHealthy(diagnoses: readonly Diagnosis[]): boolean {
  return diagnoses.every(({ findings }) => findings.every(({ state }) => state !== 'bad'))
}
