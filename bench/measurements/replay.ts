import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../children.ts'
import {
  LOAD_ROUNDS,
  loadRounds,
  loadRows,
  startComparison,
  type Comparison,
} from '../load/rounds.ts'
import { rowOf, runAlone, type Plan, type Round, type Row } from '../measurement.ts'
import { OWN_SERVERS, type ServerName } from '../servers/kinds.ts'
import { startServer } from '../servers/start.ts'
import { SAMPLE } from '../servers/subject.ts'

const LOADING = new URL('load-recording.process.ts', import.meta.url)

/** What replaying a recording costs: loading it, finding an entry, sending its reply. */
export async function replay(plan: Plan): Promise<Row[]> {
  const names = await plan.servers()
  const folder = temporaryFolder()
  const few = writeRecording(folder, 10)
  const many = writeRecording(folder, 10_000)
  const alike = writeRecording(folder, 10, 1000)
  const [ofFew, ofMany, ofAlike] = await loadRounds(
    [
      await replaying(names, few, 10),
      await replaying(names, many, 10_000),
      await replaying(OWN_SERVERS, alike, 10),
    ],
    plan.rounds(LOAD_ROUNDS),
  )
  return [
    ...loadRows('replaying 1 KB of JSON from 10 entries', ofFew!, 'ratio ≥ 0.60'),
    ...loadRows('  from 10,000', ofMany!, 'ratio ≥ 0.60'),
    ...loadRows('  from 10,000, of which 1,000 are alike but for ETags', ofAlike!),
    await loading(plan, few, writeRecording(folder, 1000), many),
  ]
}

/** Those that replay nothing have a handler for each of the entries. */
function replaying(
  names: readonly ServerName[],
  recording: string,
  items: number,
): Promise<Comparison> {
  const targets = Array.from({ length: 10 }, (_, index) => `/items/${(index * items) / 10}?page=1`)
  const served = { recording, items, bytes: 1024 }
  return startComparison(names, (name) => startServer(name, served), { targets })
}

async function loading(plan: Plan, few: string, some: string, many: string): Promise<Row> {
  const rounds: Round[] = []
  while (rounds.length < plan.rounds(LOAD_ROUNDS)) {
    rounds.push({
      mockberth: await runAlone<number>(LOADING, [few, many, '10000']),
      raw: await runAlone<number>(LOADING, [few, some, '1000']),
    })
  }
  const what = 'loading a recording, by the entry: 10,000 entries (raw: 1,000 entries)'
  return rowOf(what, 'µs', rounds, { goal: 'ratio ≤ 1.3' })
}

/** @param alike how many entries there are of each request, which differ in what they negotiate */
function writeRecording(folder: string, count: number, alike = 1): string {
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
  writeFileSync(file, JSON.stringify({ log: { version: '1.2', entries } }))
  return file
}
