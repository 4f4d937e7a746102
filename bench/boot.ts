import { rowOf, runAlone, type Round, type Row } from './measurement.ts'

const ROUNDS = 30

/**
 * How long it takes until a server listens, when it is not the first of its process. Each kind has
 * processes of its own: in one process, either would run code that the other has warmed up.
 */
export async function boot(): Promise<Row[]> {
  const rounds: Round[] = []
  while (rounds.length < ROUNDS) {
    rounds.push({
      ours: await runAlone<number>('boot.process.ts', ['ours']),
      raw: await runAlone<number>('boot.process.ts', ['raw']),
    })
  }
  return [rowOf('boot of a server after the first', 'ms', rounds, 'ratio ≤ 2.5')]
}
