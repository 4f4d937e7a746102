import { join } from 'node:path'
import { temporaryFolder } from '../children.ts'
import { LOAD_ROUNDS, loadRounds, loadRows, startComparison } from '../load/rounds.ts'
import type { Plan, Row } from '../measurement.ts'
import { OWN_SERVERS } from '../servers/kinds.ts'
import { startProcess, startServer, type RunningServer } from '../servers/start.ts'

/** What the load of those that forward asks for. */
export const FORWARDED_TARGETS: readonly string[] = Array.from(
  { length: 10 },
  (_, index) => `/items/${index}?page=1`,
)

/** What forwarding to a real API costs beside a plain undici forwarder, and recording beside that. */
export async function forward(plan: Plan): Promise<Row[]> {
  const upstream = await startServer('raw', { bytes: 1024 })
  const origin = `http://127.0.0.1:${upstream.port}`
  const start = (kinds: { readonly raw: Forwarding; readonly mockberth: Forwarding }) =>
    startComparison(OWN_SERVERS, (name) => startForwarding(kinds[name as 'raw'], origin), {
      targets: FORWARDED_TARGETS,
    })
  try {
    const [plain, recorded] = await loadRounds(
      [
        await start({ raw: 'plain', mockberth: 'forward' }),
        await start({ raw: 'forward', mockberth: 'record' }),
      ],
      plan.rounds(LOAD_ROUNDS),
    )
    return [
      ...loadRows('forwarding 1 KB of JSON (raw: undici alone)', plain!, 'ratio ≥ 0.5'),
      ...loadRows('recording it (raw: forwarding it)', recorded!, 'ratio ≥ 0.85'),
    ]
  } finally {
    await upstream.stop()
  }
}

/** The kinds of forward.process.ts. */
type Forwarding = 'plain' | 'forward' | 'record'

/** Starts one. */
export function startForwarding(kind: Forwarding, origin: string): Promise<RunningServer> {
  const recording = join(temporaryFolder(), 'api.har')
  return startProcess(new URL('forward.process.ts', import.meta.url), [kind, origin, recording])
}
