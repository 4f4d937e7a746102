import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { unpackInto } from '../scripts/unpack.ts'
import { rowOf, type Round, type Row } from './measurement.ts'
import type { SuiteTimes } from './playwright/measured-suite.ts'

const PROJECT = fileURLToPath(new URL('./playwright/', import.meta.url))
const PLAYWRIGHT = fileURLToPath(import.meta.resolve('@playwright/test/cli'))

const ROUNDS = 20

type Kind = 'ours' | 'raw' | 'raw-msw'

/** What `mockTest` adds to a worker's start, and to a test, beside a fixture written by hand. */
export async function playwright(): Promise<Row[]> {
  // Playwright compiles what is in no node_modules. PROJECT has a package.json: without one, what its
  // tests import by our name would be this repository's dist/, and not what is unpacked.
  unpackInto(PROJECT)
  const folder = await mkdtemp(join(tmpdir(), 'mockberth-bench-'))
  const result = join(folder, 'times.json')
  const rounds: Record<Kind, SuiteTimes>[] = []
  try {
    while (rounds.length < ROUNDS) {
      rounds.push({
        ours: await run('ours', result),
        raw: await run('raw', result),
        'raw-msw': await run('raw-msw', result),
      })
    }
  } finally {
    await rm(folder, { recursive: true })
  }
  const roundsOf = (what: keyof SuiteTimes, raw: Kind): Round[] =>
    rounds.map((round) => ({ ours: round.ours[what], raw: round[raw][what] }))
  return [
    rowOf(
      'start of a Playwright worker, until its first test (raw: by hand)',
      'ms',
      roundsOf('start', 'raw'),
      'ratio ≤ 1.15',
    ),
    rowOf(
      "  (raw: by hand, over msw's handlers, whose import is in it)",
      'ms',
      roundsOf('start', 'raw-msw'),
    ),
    rowOf(
      'a Playwright test that asks once, without a browser (raw: by hand)',
      'ms',
      roundsOf('test', 'raw'),
      'ratio ≤ 1.15',
    ),
  ]
}

async function run(kind: Kind, result: string): Promise<SuiteTimes> {
  await promisify(execFile)(
    process.execPath,
    [PLAYWRIGHT, 'test', `${kind}.spec.ts`, '--output', `${result}.output`],
    {
      cwd: PROJECT,
      env: { ...process.env, BENCH_RESULT: result },
    },
  )
  return JSON.parse(await readFile(result, 'utf8')) as SuiteTimes
}
