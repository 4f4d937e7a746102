import { join } from 'node:path'
import { temporaryFolder } from '../children.ts'
import { LOAD_ROUNDS, loadRounds, loadRows } from '../load/rounds.ts'
import type { Plan, Row } from '../measurement.ts'
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
  const load = { targets: FORWARDED_TARGETS }
  try {
    const [plain, recorded] = await loadRounds(
      [
        {
          servers: {
            mockberth: await startForwarding('forward', origin),
            raw: await startForwarding('plain', origin),
          },
          load,
        },
        {
          servers: {
            mockberth: await startForwarding('record', origin),
            raw: await startForwarding('forward', origin),
          },
          load,
        },
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

/** Starts one of the kinds of forward.process.ts. */
export function startForwarding(
  kind: 'plain' | 'forward' | 'record',
  origin: string,
): Promise<RunningServer> {
  const recording = join(temporaryFolder(), 'api.har')
  return startProcess(new URL('forward.process.ts', import.meta.url), [kind, origin, recording])
}
