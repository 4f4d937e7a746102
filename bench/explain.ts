import { rowOf, runAlone, type Round, type Row } from './measurement.ts'
import { ROUNDS } from './compare-loads.ts'

/** What explaining a request costs that nothing answers, among many that could have. */
export async function explain(): Promise<Row[]> {
  const rounds: Round[] = []
  while (rounds.length < ROUNDS) {
    rounds.push({
      ours: await runAlone<number>('explain.process.ts', ['1000', '10000']),
      raw: await runAlone<number>('explain.process.ts', ['1', '1']),
    })
  }
  const what = 'explaining a miss: 1,000 handlers and 10,000 entries (ours), 1 and 1 (raw)'
  return [rowOf(what, 'ms', rounds, 'ours < 50 ms')]
}
