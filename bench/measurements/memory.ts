import { startLoadGenerator } from '../load/load.ts'
import { rowOf, type Plan, type Round, type Row } from '../measurement.ts'
import { startServer } from '../servers/start.ts'
import { lastTarget } from '../servers/subject.ts'

const ROUNDS = 3
const STEPS = 10
const REQUESTS = 20_000

/** What a server holds after each step of many requests, in bytes. */
type Steps = readonly number[]

/** How the memory of a server grows that nobody resets, with the journal that it keeps. */
export async function memory(plan: Plan): Promise<Row[]> {
  const rounds: { mockberth: Steps; raw: Steps }[] = []
  while (rounds.length < plan.rounds(ROUNDS)) {
    rounds.push({ mockberth: await grow('mockberth'), raw: await grow('raw') })
  }
  const roundsOf = (figure: (steps: Steps) => number): Round[] =>
    rounds.map(({ mockberth, raw }) => ({ mockberth: figure(mockberth), raw: figure(raw) }))
  const megabytes = (step: number): Round[] => roundsOf((steps) => steps.at(step)! / 1024 ** 2)
  return [
    rowOf('RSS after 20,000 requests', 'MB', megabytes(0)),
    rowOf('RSS after 200,000 requests', 'MB', megabytes(-1)),
    slopeRow(20_000, roundsOf(slope), { goal: 'flat: mockberth ≤ 100' }),
    // V8 doubles its young generation once, where what lives some time adds up to its size.
    slopeRow(
      60_000,
      roundsOf((steps) => slope(steps.slice(2))),
    ),
  ]
}

/** That of raw is about none at all: there is no ratio. */
function slopeRow(from: number, rounds: Round[], details: { goal?: string } = {}): Row {
  const what = `RSS slope from ${from.toLocaleString('en')} to 200,000 requests`
  return rowOf(what, 'bytes per request', rounds, { ...details, hasRatio: false })
}

async function grow(name: 'mockberth' | 'raw'): Promise<Steps> {
  const server = await startServer(name, {})
  const generator = startLoadGenerator()
  const steps: number[] = []
  try {
    while (steps.length < STEPS) {
      await generator.load(server, { targets: [lastTarget({})], requests: REQUESTS })
      steps.push((await server.collectedUsage()).memory)
    }
    return steps
  } finally {
    generator.stop()
    await server.stop()
  }
}

/** By least squares. */
function slope(steps: Steps): number {
  const middle = (steps.length - 1) / 2
  const mean = steps.reduce((sum, bytes) => sum + bytes, 0) / steps.length
  let covariance = 0
  let variance = 0
  for (const [index, bytes] of steps.entries()) {
    covariance += (index - middle) * (bytes - mean)
    variance += (index - middle) ** 2
  }
  return covariance / variance / REQUESTS
}
