import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder, watched } from '../children.ts'
import { LOAD_ROUNDS, loadRounds, loadRows, startComparison } from '../load/rounds.ts'
import type { Plan, Row } from '../measurement.ts'
import { OWN_SERVERS } from '../servers/kinds.ts'
import { startServer, type RunningServer } from '../servers/start.ts'
import { usageOf, type Usage } from '../servers/usage.ts'
import { FORWARDED_TARGETS, startForwarding } from './forward.ts'

const CLI = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url))
const DECLARATION = `
import { defineMocks } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}
export default defineMocks({ api: {} })`

/** What the way of a test's request through the hub costs beside a plain undici forwarder. */
export async function hub(plan: Plan): Promise<Row[]> {
  const upstream = await startServer('raw', { bytes: 1024 })
  const origin = `http://127.0.0.1:${upstream.port}`
  try {
    const comparison = await startComparison(
      OWN_SERVERS,
      (name) => (name === 'raw' ? startForwarding('plain', origin) : startHub(origin)),
      { targets: FORWARDED_TARGETS, headers: ['baggage: mockberth=bench'] },
    )
    const [outcome] = await loadRounds([comparison], plan.rounds(LOAD_ROUNDS))
    return loadRows('the hub sends on 1 KB of JSON (raw: undici alone)', outcome!, 'ratio ≥ 0.5')
  } finally {
    await upstream.stop()
  }
}

/** A hub with one worker, which has its server at this origin. */
async function startHub(origin: string): Promise<RunningServer> {
  const folder = temporaryFolder()
  await writeFile(join(folder, 'mocks.mjs'), DECLARATION)
  const says = 'console.log(process.env.MOCKBERTH_HUB); setInterval(() => {}, 60_000)'
  const child = watched(
    spawn(process.execPath, [CLI, 'hub', 'mocks.mjs', '--', process.execPath, '-e', says], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
  const [file] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
  const facts = JSON.parse(await readFile(file.trim(), 'utf8'))
  const worker = net.connect(facts.socket)
  for (const message of [
    { token: facts.token, apis: { api: origin } },
    { open: 'bench', test: 'bench' },
  ]) {
    worker.write(`${JSON.stringify(message)}\n`)
    await once(worker, 'data')
  }
  const usage = async (): Promise<Usage> => usageOf(child.pid!)
  return {
    port: Number(new URL(facts.apis.api).port),
    usage,
    collectedUsage: usage,
    async stop() {
      worker.destroy()
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
