import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { watched } from './children.ts'
import type { ServerName } from './servers/kinds.ts'

/** One round: the same thing, done by some and in the plainest way there is, one after the other. */
export type Round = { readonly raw: number; readonly mockberth: number } & Readonly<
  Partial<Record<ServerName, number>>
>

/** The median of all rounds, and the quarter of them below and above. */
export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** What one of them needed or did. */
export interface Measured {
  readonly value: Spread
  /** Through that of raw, in each round; not where that would say nothing. */
  readonly ratio?: Spread
}

/** One line of the table. */
export interface Row {
  readonly what: string
  readonly unit: string
  readonly servers: Readonly<Partial<Record<ServerName, Measured>>>
  /** Why those are missing that are. */
  readonly missing: Readonly<Partial<Record<ServerName, string>>>
  /** For people to compare with; nothing is asserted. */
  readonly goal: string
}

/** What the command line asks for. */
export interface Plan {
  /** How many rounds there are, where this many are usual. */
  rounds(usual: number): number
  /** Those to measure, raw and mockberth always among them; installs the peers. */
  servers(): Promise<readonly ServerName[]>
}

/** Everything in measurements/ that is measured has this shape; `run.ts` lists them. */
export type Measurement = (plan: Plan) => Promise<readonly Row[]>

/** What a row may have besides its rounds. */
export interface RowDetails {
  readonly goal?: string
  readonly missing?: Row['missing']
  /** Whether figures are put in a ratio to those of raw; true by default. */
  readonly hasRatio?: boolean
}

/** Sums up rounds, for those that are in all of them: who fails in one is in none after it. */
export function rowOf(
  what: string,
  unit: string,
  rounds: readonly Round[],
  { goal = '', missing = {}, hasRatio = true }: RowDetails = {},
): Row {
  const names = Object.keys(rounds.at(-1)!) as ServerName[]
  const servers = names.map((name) => {
    const value = spreadOf(rounds.map((round) => round[name]!))
    if (!hasRatio) return [name, { value }]
    const ratio = spreadOf(rounds.map((round) => round[name]! / round.raw))
    return [name, { value, ratio }]
  })
  return { what, unit, servers: Object.fromEntries(servers), missing, goal }
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  const last = sorted.length - 1
  return {
    median: sorted[Math.round(last / 2)]!,
    low: sorted[Math.floor(last / 4)]!,
    high: sorted[Math.ceil((last * 3) / 4)]!,
  }
}

/** Runs a file in a process of its own and reads the JSON that it prints. */
export async function runAlone<Result>(
  file: URL,
  args: readonly string[] = [],
  execArgv: readonly string[] = [],
): Promise<Result> {
  const run = promisify(execFile)(process.execPath, [...execArgv, fileURLToPath(file), ...args])
  watched(run.child)
  return JSON.parse((await run).stdout) as Result
}
