import { rowOf, runAlone, type Round, type Row } from './measurement.ts'

const ROUNDS = 20

/** What imports cost beyond those that a test file has anyway, each time in a fresh process. */
export async function imports(): Promise<Row[]> {
  const core: Round[] = []
  const adapter: Round[] = []
  for (let round = 0; round < ROUNDS; round++) {
    core.push(await importBeyond('msw', 'mockberth'))
    adapter.push(await importBeyond('vitest', 'mockberth/vitest'))
  }
  return [
    rowOf("import 'mockberth' beyond import 'msw'", 'ms', core, 'ours ≤ 15 ms'),
    rowOf("import 'mockberth/vitest' beyond import 'vitest'", 'ms', adapter),
  ]
}

async function importBeyond(first: string, second: string): Promise<Round> {
  const [raw, ours] = await runAlone<[number, number]>('import.process.ts', [first, second])
  return { ours, raw }
}
