import { rowOf, runAlone, type Plan, type Round, type Row } from '../measurement.ts'

const PROCESS = new URL('explain.process.ts', import.meta.url)
const ROUNDS = 10

/** What explaining a request costs that nothing answers, among many that could have. */
export async function explain(plan: Plan): Promise<Row[]> {
  const rounds: Round[] = []
  while (rounds.length < plan.rounds(ROUNDS)) {
    rounds.push({
      mockberth: await runAlone<number>(PROCESS, ['1000', '10000']),
      raw: await runAlone<number>(PROCESS, ['1', '1']),
    })
  }
  const what = 'explaining a miss: 1,000 handlers and 10,000 entries (raw: 1 and 1)'
  return [rowOf(what, 'ms', rounds, { goal: 'mockberth < 50 ms' })]
}
