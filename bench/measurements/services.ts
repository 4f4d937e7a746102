import { ownServices } from '../../src/services/owner.ts'
import { temporaryFolder } from '../children.ts'
import { rowOf, runAlone, type Plan, type Row } from '../measurement.ts'

const PROCESS = new URL('services.process.ts', import.meta.url)
const ROUNDS = 7

interface Waits {
  readonly byHand: number
  readonly first: number
  readonly later: number
}

/** How long a file of tests waits for its database: the first of a slot, and one after it. */
export async function services(plan: Plan): Promise<Row[]> {
  const rounds: Waits[] = []
  while (rounds.length < plan.rounds(ROUNDS)) rounds.push(await round())
  return [
    rowOf(
      'wait of the first file of a slot for PGlite (raw: by hand)',
      'ms',
      rounds.map(({ byHand, first }) => ({ raw: byHand, mockberth: first })),
    ),
    rowOf(
      'wait of a later file of the slot (raw: of the first)',
      'ms',
      rounds.map(({ first, later }) => ({ raw: first, mockberth: later })),
      { goal: 'ratio ≤ 0.05' },
    ),
  ]
}

async function round(): Promise<Waits> {
  const byHand = await runAlone<number>(PROCESS)
  const owner = ownServices(temporaryFolder())
  await owner.listening
  try {
    const first = await runAlone<number>(PROCESS, [owner.path])
    const later = await runAlone<number>(PROCESS, [owner.path])
    return { byHand, first, later }
  } finally {
    await owner.close()
  }
}
