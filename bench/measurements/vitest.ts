import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unpackInto } from '../../scripts/unpack.ts'
import { temporaryFolder } from '../children.ts'
import { rowOf, type Plan, type Row } from '../measurement.ts'
import { isPeer } from '../servers/kinds.ts'
import {
  addedToNone,
  besideByHand,
  besideByHandWithMsw,
  runSuite,
  suiteKinds,
  type SuiteKind,
  type SuiteRound,
} from '../suites.ts'

const PROJECT = fileURLToPath(new URL('../vitest/', import.meta.url))
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))

const ROUNDS = 7
const FILES = 10

/** What a file of tests costs with a server, which Vitest starts anew for each file. */
export async function vitest(plan: Plan): Promise<Row[]> {
  unpackInto(PROJECT)
  const kinds = await suiteKinds(plan)
  for (const kind of kinds) writeFiles(kind)
  const result = join(temporaryFolder(), 'time.json')
  const rounds: SuiteRound[] = []
  while (rounds.length < plan.rounds(ROUNDS)) {
    const round: Partial<Record<SuiteKind, number>> = {}
    for (const kind of kinds) round[kind] = await runSuite(kind, PROJECT, [VITEST, 'run'], result)
    rounds.push(round)
  }
  const added = addedToNone(rounds)
  const withMsw = "  (raw: by hand, over msw's handlers)"
  return [
    rowOf('a Vitest file with one test that asks once (raw: by hand)', 'ms', besideByHand(rounds)),
    rowOf(withMsw, 'ms', besideByHandWithMsw(rounds)),
    rowOf(
      'what it adds to a Vitest file without a server (raw: by hand)',
      'ms',
      besideByHand(added),
    ),
    rowOf(withMsw, 'ms', besideByHandWithMsw(added)),
  ]
}

function folderOf(kind: SuiteKind): string {
  return join(PROJECT, '.projects', kind)
}

/** The same file again and again. */
function writeFiles(kind: SuiteKind): void {
  const folder = folderOf(kind)
  const imported = isPeer(kind) ? 'peer' : kind
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (let index = 0; index < FILES; index++) {
    writeFileSync(join(folder, `${index}.test.ts`), `import '../../${imported}.ts'\n`)
  }
}
