import { rowOf, type Round, type Row } from '../measurement.ts'
import { isPeer, type ServerName } from '../servers/kinds.ts'
import type { RunningServer } from '../servers/start.ts'
import { startLoadGenerator, type Load, type Loaded, type LoadGenerator } from './load.ts'

const WARM_UPS = 3
/** A JVM goes on compiling for as long as these take. */
const WARM_UPS_OF_JVM = 20

/** How many rounds of loads are usual. */
export const LOAD_ROUNDS = 9

type ByServer<What> = Partial<Record<ServerName, What>>

/** Servers of which the same is asked. Peers leave it when they fail. */
export interface Comparison {
  readonly servers: ByServer<RunningServer>
  readonly load: Load
  /** Why peers have left it. */
  readonly missing: ByServer<string>
}

/** What each round gave, and why those peers are missing that could not answer. */
export interface Outcome {
  readonly rounds: readonly Readonly<ByServer<Loaded>>[]
  readonly missing: Row['missing']
}

/** Starts servers for a comparison, each as it is told to. */
export async function startComparison(
  names: readonly ServerName[],
  start: (name: ServerName) => Promise<RunningServer>,
  load: Load,
): Promise<Comparison> {
  const comparison: Comparison = { servers: {}, load, missing: {} }
  for (const name of names) {
    try {
      comparison.servers[name] = await start(name)
    } catch (error) {
      leaveOut(name, comparison, error as Error)
    }
  }
  return comparison
}

/** Loads the servers of all comparisons in interleaved rounds, after some to warm up, and stops them. */
export async function loadRounds(
  comparisons: readonly Comparison[],
  count: number,
): Promise<readonly Outcome[]> {
  const generator = startLoadGenerator()
  const started = comparisons.flatMap(({ servers }) => Object.values(servers))
  try {
    for (const comparison of comparisons) await warmUp(comparison, generator)
    const rounds = comparisons.map((): ByServer<Loaded>[] => [])
    for (let round = 0; round < count; round++) {
      for (const [index, comparison] of comparisons.entries()) {
        rounds[index]!.push(await loadAll(comparison, generator, round))
      }
    }
    return comparisons.map(({ missing }, index) => ({ missing, rounds: rounds[index]! }))
  } finally {
    generator.stop()
    await Promise.all(started.map((server) => server.stop()))
  }
}

/** Requests per second, and the CPU time of one. */
export function loadRows(what: string, { rounds, missing }: Outcome, goal = ''): Row[] {
  const roundsOf = (figure: keyof Loaded): Round[] =>
    rounds.map((round) => {
      const figures = Object.entries(round).map(([name, loaded]) => [name, loaded[figure]])
      return Object.fromEntries(figures) as Round
    })
  return [
    rowOf(what, 'requests/s', roundsOf('rate'), { goal, missing }),
    rowOf('', 'µs CPU', roundsOf('cpu')),
  ]
}

async function warmUp(comparison: Comparison, generator: LoadGenerator): Promise<void> {
  for (const name of Object.keys(comparison.servers) as ServerName[]) {
    const times = name === 'WireMock' ? WARM_UPS_OF_JVM : WARM_UPS
    for (let time = 0; time < times; time++) await loadOne(name, comparison, generator)
  }
}

/** Loads one after the other; another one is the first in each round. */
async function loadAll(
  comparison: Comparison,
  generator: LoadGenerator,
  round: number,
): Promise<ByServer<Loaded>> {
  const names = Object.keys(comparison.servers) as ServerName[]
  const first = round % names.length
  const loaded: ByServer<Loaded> = {}
  for (const name of [...names.slice(first), ...names.slice(0, first)]) {
    const figures = await loadOne(name, comparison, generator)
    if (figures !== undefined) loaded[name] = figures
  }
  return loaded
}

/** Nothing where a peer fails, or has failed. */
async function loadOne(
  name: ServerName,
  comparison: Comparison,
  generator: LoadGenerator,
): Promise<Loaded | undefined> {
  const server = comparison.servers[name]
  if (server === undefined) return undefined
  try {
    return await generator.load(server, comparison.load)
  } catch (error) {
    leaveOut(name, comparison, error as Error)
    return undefined
  }
}

function leaveOut(name: ServerName, { servers, missing }: Comparison, error: Error): void {
  if (!isPeer(name)) throw error
  missing[name] = error.message.split(/\r?\n/, 1)[0]!
  delete servers[name]
}
