import { rowOf, runAlone, type Round, type Row } from './measurement.ts'

/** How long `stop()` takes while clients in another process keep their connections. */
export async function stop(): Promise<Row[]> {
  const rounds = await runAlone<Round[]>('stop.process.ts')
  return [rowOf('stop with 50 idle connections', 'ms', rounds, 'ours ≤ 5 ms')]
}
