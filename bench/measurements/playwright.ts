import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { unpackInto } from '../../scripts/unpack.ts'
import { temporaryFolder, watched } from '../children.ts'
import { rowOf, type Plan, type Round, type Row } from '../measurement.ts'
import type { SuiteTimes } from '../playwright/measured-suite.ts'

const PROJECT = fileURLToPath(new URL('../playwright/', import.meta.url))
const PLAYWRIGHT = fileURLToPath(import.meta.resolve('@playwright/test/cli'))

const ROUNDS = 12

type Kind = 'mockberth' | 'raw' | 'raw-msw'

/** What `mockTest` adds to a worker's start, and to a test, beside a fixture written by hand. */
export async function playwright(plan: Plan): Promise<Row[]> {
  // Playwright compiles what is in no node_modules. PROJECT has a package.json: without one, what its
  // tests import by our name would be this repository's dist/, and not what is unpacked.
  unpackInto(PROJECT)
  const result = join(temporaryFolder(), 'times.json')
  const rounds: Record<Kind, SuiteTimes>[] = []
  while (rounds.length < plan.rounds(ROUNDS)) {
    rounds.push({
      mockberth: await run('mockberth', result),
      raw: await run('raw', result),
      'raw-msw': await run('raw-msw', result),
    })
  }
  const roundsOf = (what: keyof SuiteTimes, raw: Kind): Round[] =>
    rounds.map((round) => ({
      mockberth: round.mockberth[what],
      raw: round[raw][what],
    }))
  return [
    rowOf(
      'start of a Playwright worker, until its first test (raw: by hand)',
      'ms',
      roundsOf('start', 'raw'),
      { goal: 'ratio ≤ 1.15' },
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
      { goal: 'ratio ≤ 1.15' },
    ),
  ]
}

async function run(kind: Kind, result: string): Promise<SuiteTimes> {
  const running = promisify(execFile)(
    process.execPath,
    [PLAYWRIGHT, 'test', `${kind}.spec.ts`, '--output', `${result}.output`],
    {
      cwd: PROJECT,
      env: { ...process.env, BENCH_RESULT: result },
    },
  )
  watched(running.child)
  await running
  return JSON.parse(await readFile(result, 'utf8')) as SuiteTimes
}
