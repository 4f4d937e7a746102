import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** One round: the same thing, done by us and in the plainest way there is, one after the other. */
export interface Round {
  readonly ours: number
  readonly raw: number
}

/** The median of all rounds, and the quarter of them below and above. */
export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** One line of the table. */
export interface Row {
  readonly what: string
  readonly unit: string
  readonly ours: Spread
  readonly raw: Spread
  /** Ours through raw, in each round. */
  readonly ratio: Spread
  /** For people to compare with; nothing is asserted. */
  readonly goal: string
}

/** Everything in bench/ that is measured has this shape; `run.ts` lists them. */
export type Measurement = () => Promise<readonly Row[]>

/** Sums up rounds. */
export function rowOf(
  what: string,
  unit: string,
  rounds: readonly Round[],
  goal: string = '',
): Row {
  return {
    what,
    unit,
    ours: spreadOf(rounds.map(({ ours }) => ours)),
    raw: spreadOf(rounds.map(({ raw }) => raw)),
    ratio: spreadOf(rounds.map(({ ours, raw }) => ours / raw)),
    goal,
  }
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)]!
  return { median: at(0.5), low: at(0.25), high: at(0.75) }
}

/** Runs a file of bench/ in a process of its own and reads the JSON that it prints. */
export async function runAlone<Result>(
  file: string,
  args: readonly string[] = [],
): Promise<Result> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [path, ...args])
  return JSON.parse(stdout) as Result
}
