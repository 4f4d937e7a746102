import { startComparison, LOAD_ROUNDS, loadRounds, loadRows, type Outcome } from '../load/rounds.ts'
import { rowOf, type Plan, type Round, type Row } from '../measurement.ts'
import { startServer } from '../servers/start.ts'
import { lastTarget } from '../servers/subject.ts'

const COUNTS = [1, 200, 1000]
const GOALS = ['ratio ≥ 0.30', 'ratio ≥ 0.25']

/** What answering costs with many handlers that begin alike, of which the last one matches. */
export async function handlers(plan: Plan): Promise<Row[]> {
  const names = await plan.servers()
  const comparisons = []
  for (const count of COUNTS) {
    const served = { handlers: count }
    const load = { targets: [lastTarget(served)] }
    comparisons.push(await startComparison(names, (name) => startServer(name, served), load))
  }
  const outcomes = await loadRounds(comparisons, plan.rounds(LOAD_ROUNDS))
  const rows = outcomes.map((outcome, index) =>
    loadRows(
      COUNTS[index] === 1
        ? '1 handler'
        : `${COUNTS[index]!.toLocaleString('en')} handlers, the last matches`,
      outcome,
      GOALS[index],
    ),
  )
  return [...rows.flat(), rowOfOwn(outcomes[0]!, outcomes.at(-1)!)]
}

/** How much of its rate each keeps. */
function rowOfOwn(few: Outcome, many: Outcome): Row {
  const rounds = many.rounds.map((round, index) => {
    const shares = Object.entries(round).map(([name, { rate }]) => [
      name,
      rate / (few.rounds[index]![name as 'raw']?.rate ?? Number.NaN),
    ])
    return Object.fromEntries(shares) as Round
  })
  return rowOf('1,000 handlers against 1', 'of its rate', rounds, {
    goal: '≥ 0.8',
    missing: { ...few.missing, ...many.missing },
  })
}
