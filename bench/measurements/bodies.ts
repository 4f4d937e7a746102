import { LOAD_ROUNDS, loadRounds, loadRows, startComparison } from '../load/rounds.ts'
import type { Plan, Row } from '../measurement.ts'
import { startServer } from '../servers/start.ts'
import { lastTarget } from '../servers/subject.ts'

const KB = 1024
const MB = 1024 ** 2

/** What bodies cost that handlers send or read. */
export async function bodies(plan: Plan): Promise<Row[]> {
  const names = await plan.servers()
  const kinds = [
    { what: 'a reply of 1 KB', served: { bytes: KB }, posts: 0 },
    { what: 'a reply of 1 MB', served: { bytes: MB }, posts: 0 },
    { what: '1 KB posted and read', served: { reads: true }, posts: KB },
    { what: '1 MB posted and read', served: { reads: true }, posts: MB },
  ]
  const comparisons = []
  for (const { served, posts } of kinds) {
    const load = { targets: [lastTarget(served)], posts }
    comparisons.push(await startComparison(names, (name) => startServer(name, served), load))
  }
  const outcomes = await loadRounds(comparisons, plan.rounds(LOAD_ROUNDS))
  return outcomes.flatMap((outcome, index) => loadRows(kinds[index]!.what, outcome))
}
