import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareLoads } from './compare-loads.ts'
import { rowOf, type Row } from './measurement.ts'
import type { Subject } from './subjects.ts'

/** What forwarding to a real API costs beside a plain undici forwarder, and recording beside that. */
export async function forward(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mockberth-bench-'))
  const upstream = await openForwarding('upstream')
  const origin = `http://127.0.0.1:${upstream.port}`
  const openKind = (kind: string) => (): Promise<Subject> =>
    openForwarding(kind, origin, join(folder, 'api.har'))
  try {
    return [
      rowOf(
        'forwarding 1 KB of JSON (ours), with undici alone (raw)',
        'requests/s',
        await compareLoads(openKind('forward'), openKind('plain')),
        'ratio ≥ 0.5',
      ),
      rowOf(
        'recording it (ours), forwarding it (raw)',
        'requests/s',
        await compareLoads(openKind('record'), openKind('forward')),
        'ratio ≥ 0.85',
      ),
    ]
  } finally {
    await upstream.stop()
    await rm(folder, { recursive: true })
  }
}

/** Starts one in a process of its own. It is killed, so that nobody waits for its recording. */
export async function openForwarding(...args: readonly string[]): Promise<Subject> {
  const child: ChildProcess = fork(new URL('forward.process.ts', import.meta.url), [...args], {
    env: { ...process.env, CI: '' },
  })
  const [port] = (await once(child, 'message')) as [number]
  return {
    port,
    async stop() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
