import { rowOf, runAlone, type Plan, type Round, type Row } from '../measurement.ts'

const PROCESS = new URL('stop.process.ts', import.meta.url)
const ROUNDS = 50

/** How long `stop()` takes while clients in another process keep their connections. */
export async function stop(plan: Plan): Promise<Row[]> {
  const rounds = await runAlone<Round[]>(PROCESS, [String(plan.rounds(ROUNDS))])
  return [rowOf('stop with 50 idle connections', 'ms', rounds, { goal: 'mockberth ≤ 5 ms' })]
}
