import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unpackInto } from '../../scripts/unpack.ts'
import { temporaryFolder } from '../children.ts'
import { rowOf, type Plan, type Row } from '../measurement.ts'
import type { SuiteTimes } from '../playwright/measured-suite.ts'
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

const PROJECT = fileURLToPath(new URL('../playwright/', import.meta.url))
const PLAYWRIGHT = fileURLToPath(import.meta.resolve('@playwright/test/cli'))

const ROUNDS = 12

/** What `mockTest` adds to a worker's start, and to a test, beside a fixture written by hand. */
export async function playwright(plan: Plan): Promise<Row[]> {
  // Playwright compiles what is in no node_modules. PROJECT has a package.json: without one, what its
  // tests import by our name would be this repository's dist/, and not what is unpacked.
  unpackInto(PROJECT)
  const kinds = await suiteKinds(plan)
  const result = join(temporaryFolder(), 'times.json')
  const starts: SuiteRound[] = []
  const tests: { raw: number; mockberth: number }[] = []
  while (starts.length < plan.rounds(ROUNDS)) {
    const round: Partial<Record<SuiteKind, SuiteTimes>> = {}
    for (const kind of kinds) round[kind] = await run(kind, result)
    const start = kinds.map((kind) => [kind, round[kind]!.start])
    starts.push(Object.fromEntries(start) as SuiteRound)
    tests.push({ raw: round.raw!.test, mockberth: round.mockberth!.test })
  }
  const added = addedToNone(starts)
  const withMsw = "  (raw: by hand, over msw's handlers, whose import is in it)"
  return [
    rowOf(
      'start of a Playwright worker, until its first test (raw: by hand)',
      'ms',
      besideByHand(starts),
      {
        goal: 'ratio ≤ 1.15',
      },
    ),
    rowOf(withMsw, 'ms', besideByHandWithMsw(starts)),
    // What differs by so little has no ratio that says something.
    rowOf('what it adds to a worker without a server (raw: by hand)', 'ms', besideByHand(added), {
      hasRatio: false,
    }),
    rowOf(withMsw, 'ms', besideByHandWithMsw(added), { hasRatio: false }),
    rowOf('a Playwright test that asks once, without a browser (raw: by hand)', 'ms', tests, {
      goal: 'ratio ≤ 1.15',
    }),
  ]
}

function run(kind: SuiteKind, result: string): Promise<SuiteTimes> {
  const file = `${isPeer(kind) ? 'peer' : kind}.spec.ts`
  return runSuite(kind, PROJECT, [PLAYWRIGHT, 'test', `/${file}`], result)
}
