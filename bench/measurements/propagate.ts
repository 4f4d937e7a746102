import { loadRounds, loadRows, startComparison, type Comparison } from '../load/rounds.ts'
import type { Plan, Row } from '../measurement.ts'
import { OWN_SERVERS } from '../servers/kinds.ts'
import { startProcess, startServer } from '../servers/start.ts'

const APP = new URL('propagate.process.ts', import.meta.url)
const CARRYING = ['--import', new URL('../../dist/propagate/index.js', import.meta.url).href]

/** What a request of a test has. */
const HEADERS = [
  'baggage: mockberth=0b7c1d5e-4f1a-4a52-9d0e-2f6f0c1e8a11',
  'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
]

/** Some percent are less than what the usual number of rounds differs by. */
const ROUNDS = 30

/** What an app loses that carries what its requests carry, beside the same app that does not. */
export async function propagate(plan: Plan): Promise<Row[]> {
  const upstream = await startServer('raw', { bytes: 1024 })
  try {
    const [fetching, answering] = await loadRounds(
      [await startApps([`http://127.0.0.1:${upstream.port}/`]), await startApps([])],
      plan.rounds(ROUNDS),
    )
    const under = 'under mockberth/propagate (raw: without it)'
    return [
      ...loadRows(`an app that fetches, ${under}`, fetching!, 'ratio ≥ 0.95'),
      ...loadRows(`an app that answers by itself, ${under}`, answering!, 'ratio ≥ 0.95'),
    ]
  } finally {
    await upstream.stop()
  }
}

function startApps(args: readonly string[]): Promise<Comparison> {
  return startComparison(
    OWN_SERVERS,
    (name) => startProcess(APP, args, name === 'raw' ? [] : CARRYING),
    { targets: ['/'], headers: HEADERS },
  )
}
