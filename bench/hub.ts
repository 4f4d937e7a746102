import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compareLoads } from './compare-loads.ts'
import { openForwarding } from './forward.ts'
import { rowOf, type Row } from './measurement.ts'
import type { Subject } from './subjects.ts'

const CLI = fileURLToPath(new URL('../dist/cli/index.js', import.meta.url))
const DECLARATION = `
import { defineMocks } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)}
export default defineMocks({ api: {} })`

/** What the way of a test's request through the hub costs beside a plain undici forwarder. */
export async function hub(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mockberth-bench-'))
  const upstream = await openForwarding('upstream')
  const origin = `http://127.0.0.1:${upstream.port}`
  try {
    const rounds = await compareLoads(
      () => openHub(folder, origin),
      () => openForwarding('plain', origin),
      { headers: ['baggage: mockberth=bench'] },
    )
    return [
      rowOf(
        'the hub sends on 1 KB of JSON (ours), undici alone (raw)',
        'requests/s',
        rounds,
        'ratio ≥ 0.5',
      ),
    ]
  } finally {
    await upstream.stop()
    await rm(folder, { recursive: true })
  }
}

/** A hub with one worker, which has its server at this origin. */
async function openHub(folder: string, origin: string): Promise<Subject> {
  await writeFile(join(folder, 'mocks.mjs'), DECLARATION)
  const says = 'console.log(process.env.MOCKBERTH_HUB); setInterval(() => {}, 60_000)'
  const child = spawn(
    process.execPath,
    [CLI, 'hub', 'mocks.mjs', '--', process.execPath, '-e', says],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
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
  return {
    port: Number(new URL(facts.apis.api).port),
    async stop() {
      worker.destroy()
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
