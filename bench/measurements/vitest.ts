import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { unpackInto } from '../../scripts/unpack.ts'
import { temporaryFolder, watched } from '../children.ts'
import { rowOf, type Plan, type Round, type Row } from '../measurement.ts'

const PROJECT = fileURLToPath(new URL('../vitest/', import.meta.url))
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))

const ROUNDS = 7
const FILES = 20
const KINDS = ['mockberth', 'raw', 'raw-msw', 'none'] as const

type Kind = (typeof KINDS)[number]

/** What a file of tests costs with a server, which Vitest starts anew for each file. */
export async function vitest(plan: Plan): Promise<Row[]> {
  unpackInto(PROJECT)
  for (const kind of KINDS) writeFiles(kind)
  const result = join(temporaryFolder(), 'time.json')
  const rounds: Record<Kind, number>[] = []
  while (rounds.length < plan.rounds(ROUNDS)) {
    const round: Partial<Record<Kind, number>> = {}
    for (const kind of KINDS) round[kind] = await run(kind, result)
    rounds.push(round as Record<Kind, number>)
  }
  const beside = (raw: Kind): Round[] =>
    rounds.map((round) => ({ mockberth: round.mockberth, raw: round[raw] }))
  const added = (raw: Kind): Round[] =>
    rounds.map((round) => ({
      mockberth: round.mockberth - round.none,
      raw: round[raw] - round.none,
    }))
  return [
    rowOf('a Vitest file with one test that asks once (raw: by hand)', 'ms', beside('raw')),
    rowOf("  (raw: by hand, over msw's handlers)", 'ms', beside('raw-msw')),
    rowOf('  what that adds to a file that asks nothing (raw: by hand)', 'ms', added('raw')),
    rowOf("  (raw: by hand, over msw's handlers)", 'ms', added('raw-msw')),
  ]
}

function folderOf(kind: Kind): string {
  return join(PROJECT, '.projects', kind)
}

/** The same file again and again. */
function writeFiles(kind: Kind): void {
  const folder = folderOf(kind)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (let index = 0; index < FILES; index++) {
    writeFileSync(join(folder, `${index}.test.ts`), `import '../../${kind}.ts'\n`)
  }
}

async function run(kind: Kind, result: string): Promise<number> {
  const running = promisify(execFile)(process.execPath, [VITEST, 'run'], {
    cwd: PROJECT,
    env: { ...process.env, BENCH_KIND: kind, BENCH_RESULT: result },
  })
  watched(running.child)
  await running
  return JSON.parse(readFileSync(result, 'utf8')) as number
}
