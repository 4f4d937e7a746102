import { LOAD_ROUNDS, loadRounds, loadRows } from '../load/rounds.ts'
import type { Plan, Row } from '../measurement.ts'
import { startProcess, startServer, type RunningServer } from '../servers/start.ts'

const APP = new URL('propagate.process.ts', import.meta.url)
const CARRYING = ['--import', new URL('../../dist/propagate/index.js', import.meta.url).href]

/** What a request of a test has. */
const HEADERS = [
  'baggage: mockberth=0b7c1d5e-4f1a-4a52-9d0e-2f6f0c1e8a11',
  'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
]

/** What an app loses that carries what its requests carry, beside the same app that does not. */
export async function propagate(plan: Plan): Promise<Row[]> {
  const upstream = await startServer('raw', { bytes: 1024 })
  try {
    const load = { targets: ['/'], headers: HEADERS }
    const [fetching, answering] = await loadRounds(
      [
        { servers: await startApps([`http://127.0.0.1:${upstream.port}/`]), load },
        { servers: await startApps([]), load },
      ],
      plan.rounds(LOAD_ROUNDS),
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

async function startApps(
  args: readonly string[],
): Promise<{ mockberth: RunningServer; raw: RunningServer }> {
  return {
    mockberth: await startProcess(APP, args, CARRYING),
    raw: await startProcess(APP, args),
  }
}
