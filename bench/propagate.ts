import { fork } from 'node:child_process'
import { once } from 'node:events'
import { compareLoads } from './compare-loads.ts'
import { rowOf, type Row } from './measurement.ts'
import { openSameReply, type Subject } from './subjects.ts'

const CARRYING = ['--import', new URL('../dist/propagate/index.js', import.meta.url).href]

/** What a request of a test has. */
const HEADERS = [
  'baggage: mockberth=0b7c1d5e-4f1a-4a52-9d0e-2f6f0c1e8a11',
  'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
]

/** Some percent are less than what ten rounds differ by. */
const ROUNDS = 30

/** What an app loses that carries what its requests carry, beside the same app that does not. */
export async function propagate(): Promise<Row[]> {
  const upstream = await openSameReply()
  try {
    return [
      await compare('an app that fetches', [`http://127.0.0.1:${upstream.port}/`]),
      await compare('an app that answers by itself', []),
    ]
  } finally {
    await upstream.stop()
  }
}

async function compare(what: string, args: readonly string[]): Promise<Row> {
  const rounds = await compareLoads(
    () => openApp(CARRYING, args),
    () => openApp([], args),
    { headers: HEADERS, rounds: ROUNDS },
  )
  const title = `${what}, with mockberth/propagate (ours), without (raw)`
  return rowOf(title, 'requests/s', rounds, 'ratio ≥ 0.95')
}

async function openApp(execArgv: readonly string[], args: readonly string[]): Promise<Subject> {
  const file = new URL('propagate.process.ts', import.meta.url)
  const child = fork(file, [...args], { execArgv: [...execArgv] })
  const [port] = (await once(child, 'message')) as [number]
  return {
    port,
    async stop() {
      child.kill()
      await once(child, 'exit')
    },
  }
}
