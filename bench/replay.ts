import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareLoads, ROUNDS } from './compare-loads.ts'
import { rowOf, runAlone, type Round, type Row } from './measurement.ts'
import { openReplay, openSameReply, SAMPLE } from './subjects.ts'

/** What replaying a recording costs: loading it, finding an entry, sending its reply. */
export async function replay(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mockberth-bench-'))
  try {
    const [few, some, many] = await Promise.all(
      [10, 1000, 10_000].map((entries) => writeRecording(folder, entries)),
    )
    const alike = await writeRecording(folder, 10, 1000)
    return [
      await loading(few!, some!, many!),
      await lookUp('from a recording of 10,000 entries (ours), of 10 (raw)', few!, many!),
      await lookUp('one of 1,000 alike but for ETags (ours), the only one (raw)', few!, alike),
      await throughput(few!),
    ]
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Here `ours` is the large recording and `raw` the small one, by the entry. */
async function loading(few: string, some: string, many: string): Promise<Row> {
  const rounds: Round[] = []
  while (rounds.length < ROUNDS) {
    rounds.push({
      ours: await runAlone<number>('load.process.ts', [few, many, '10000']),
      raw: await runAlone<number>('load.process.ts', [few, some, '1000']),
    })
  }
  const what = 'loading a recording, by the entry: 10,000 entries (ours), 1,000 (raw)'
  return rowOf(what, 'µs', rounds, 'ratio ≤ 1.3')
}

/** Requests per second with many entries through those with few. */
async function lookUp(what: string, few: string, many: string): Promise<Row> {
  const rounds = await compareLoads(
    () => openReplay(many),
    () => openReplay(few),
  )
  return rowOf(`replaying ${what}`, 'requests/s', rounds, 'ratio ≥ 0.77')
}

async function throughput(few: string): Promise<Row> {
  const rounds = await compareLoads(() => openReplay(few), openSameReply)
  return rowOf('replaying 1 KB of JSON', 'requests/s', rounds, 'ratio ≥ 0.6')
}

/** @param alike how many entries there are of each request, which differ in what they negotiate */
async function writeRecording(folder: string, count: number, alike = 1): Promise<string> {
  const entries = Array.from({ length: count * alike }, (_, index) => ({
    request: {
      method: 'GET',
      url: `https://api.test/items/${index % count}?page=1`,
      headers: alike === 1 ? [] : [{ name: 'if-none-match', value: `"${index}"` }],
    },
    response: {
      status: 200,
      headers: [{ name: 'content-type', value: 'application/json' }],
      content: { mimeType: 'application/json', size: SAMPLE.length, text: SAMPLE },
    },
  }))
  const file = join(folder, `${count}-${alike}.har`)
  await writeFile(file, JSON.stringify({ log: { version: '1.2', entries } }))
  return file
}
