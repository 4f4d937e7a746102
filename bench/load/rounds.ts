import { rowOf, type Round, type Row } from '../measurement.ts'
import { isPeer, type ServerName } from '../servers/kinds.ts'
import type { RunningServer } from '../servers/start.ts'
import { startLoadGenerator, type Load, type Loaded, type LoadGenerator } from './load.ts'

const WARM_UPS = 3

/** How many rounds of loads are usual. */
export const LOAD_ROUNDS = 9

/** Servers of which the same is asked. */
export interface Comparison {
  readonly servers: Readonly<Partial<Record<ServerName, RunningServer>>>
  readonly load: Load
}

/** What each round gave, and why those peers are missing that could not answer. */
export interface Outcome {
  readonly rounds: readonly Readonly<Partial<Record<ServerName, Loaded>>>[]
  readonly missing: Row['missing']
}

/** Starts servers for a comparison, each as it is told to. */
export async function startComparison(
  names: readonly ServerName[],
  start: (name: ServerName) => Promise<RunningServer>,
  load: Load,
): Promise<Comparison> {
  const servers: Partial<Record<ServerName, RunningServer>> = {}
  for (const name of names) servers[name] = await start(name)
  return { servers, load }
}

/** Loads the servers of all comparisons in interleaved rounds, after some to warm up, and stops them. */
export async function loadRounds(
  comparisons: readonly Comparison[],
  count: number,
): Promise<readonly Outcome[]> {
  const generator = startLoadGenerator()
  try {
    const ready = []
    for (const { servers, load } of comparisons) ready.push(await warmUp(servers, load, generator))
    const outcomes = ready.map(({ missing }) => ({ missing, rounds: [] as Outcome['rounds'][0][] }))
    for (let round = 0; round < count; round++) {
      for (const [index, { load }] of comparisons.entries()) {
        outcomes[index]!.rounds.push(await loadAll(ready[index]!.servers, load, generator))
      }
    }
    return outcomes
  } finally {
    generator.stop()
    const started = comparisons.flatMap(({ servers }) => Object.values(servers))
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
    rowOf('', 'µs CPU', roundsOf('cpu'), { missing }),
  ]
}

async function warmUp(
  all: Comparison['servers'],
  load: Load,
  generator: LoadGenerator,
): Promise<{ servers: Comparison['servers']; missing: Outcome['missing'] }> {
  const servers = { ...all }
  const missing: Partial<Record<ServerName, string>> = {}
  for (const name of Object.keys(all) as ServerName[]) {
    try {
      for (let time = 0; time < WARM_UPS; time++) await generator.load(servers[name]!, load)
    } catch (error) {
      if (!isPeer(name)) throw error
      missing[name] = (error as Error).message.split('\r\n', 1)[0]!
      delete servers[name]
    }
  }
  return { servers, missing }
}

async function loadAll(
  servers: Comparison['servers'],
  load: Load,
  generator: LoadGenerator,
): Promise<Outcome['rounds'][0]> {
  const round: Partial<Record<ServerName, Loaded>> = {}
  for (const [name, server] of Object.entries(servers) as [ServerName, RunningServer][]) {
    round[name] = await generator.load(server, load)
  }
  return round
}
