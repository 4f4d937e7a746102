import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { watched } from './children.ts'
import type { Plan, Round } from './measurement.ts'
import { OWN_SERVERS, type ServerName } from './servers/kinds.ts'

/** What a suite of tests has: a server, one by hand over msw's handlers, or none at all. */
export type SuiteKind = ServerName | 'raw-msw' | 'none'

/** A figure of each kind that was run. */
export type SuiteRound = Readonly<Partial<Record<SuiteKind, number>>>

/** The kinds to run in each round. Nobody starts a JVM for a file of tests, or for a worker. */
export async function suiteKinds(plan: Plan): Promise<readonly SuiteKind[]> {
  const servers = (await plan.servers()).filter((name) => name !== 'WireMock')
  return [...servers, 'raw-msw', 'none']
}

/**
 * Runs a suite with a server of this kind, and gives back what it measured of itself.
 *
 * @param project the folder that it runs in
 * @param command the runner's file, and its arguments
 * @param result the file that the suite writes what it measured to
 */
export async function runSuite<Measured>(
  kind: SuiteKind,
  project: string,
  command: readonly string[],
  result: string,
): Promise<Measured> {
  const running = promisify(execFile)(process.execPath, command, {
    cwd: project,
    env: { ...process.env, BENCH_KIND: kind, BENCH_RESULT: result },
  })
  watched(running.child)
  await running
  return JSON.parse(await readFile(result, 'utf8')) as Measured
}

/** All servers beside the one by hand. */
export function besideByHand(rounds: readonly SuiteRound[]): Round[] {
  return rounds.map((round) => {
    const ofServers = Object.entries(round).filter(
      ([kind]) => kind !== 'raw-msw' && kind !== 'none',
    )
    return Object.fromEntries(ofServers) as Round
  })
}

/** Those of this repository, the one by hand being that over msw's handlers. */
export function besideByHandWithMsw(rounds: readonly SuiteRound[]): Round[] {
  return rounds.map((round) => {
    const figures = OWN_SERVERS.map((name) => [name, round[name === 'raw' ? 'raw-msw' : name]])
    return Object.fromEntries(figures) as Round
  })
}

/** What each adds to the same without a server. */
export function addedToNone(rounds: readonly SuiteRound[]): SuiteRound[] {
  return rounds.map((round) => {
    const added = Object.entries(round).map(([kind, figure]) => [kind, figure - round.none!])
    return Object.fromEntries(added) as SuiteRound
  })
}
