import { rowOf, runAlone, type Plan, type Round, type Row } from '../measurement.ts'
import { isPeer } from '../servers/kinds.ts'

const PROCESS = new URL('import.process.ts', import.meta.url)
const ROUNDS = 15

/** What each is imported as, with the import that its users have as well. */
const IMPORTED = {
  raw: ['node:http'],
  mockberth: ['msw', 'mockberth'],
  hono: ['hono', '@hono/node-server'],
  mockttp: ['mockttp'],
  'http-middleware': ['msw', '@mswjs/http-middleware'],
}

/** What imports take, each time in a fresh process. */
export async function imports(plan: Plan): Promise<Row[]> {
  const available = await plan.servers()
  const whole: Round[] = []
  const core: Round[] = []
  const adapter: Round[] = []
  for (let round = 0; round < plan.rounds(ROUNDS); round++) {
    const names = (Object.keys(IMPORTED) as (keyof typeof IMPORTED)[]).filter((name) =>
      available.includes(name),
    )
    const times: Partial<Record<keyof typeof IMPORTED, number>> = {}
    for (const name of names) times[name] = (await timesOf(IMPORTED[name], isPeer(name))).at(-1)!
    whole.push(times as Round)
    core.push(await importBeyond('msw', 'mockberth'))
    adapter.push(await importBeyond('vitest', 'mockberth/vitest'))
  }
  return [
    rowOf("import, with msw's where it is needed", 'ms', whole),
    rowOf("import 'mockberth' (raw: import 'msw' before it)", 'ms', core, {
      goal: 'mockberth ≤ 15 ms',
    }),
    rowOf("import 'mockberth/vitest' (raw: import 'vitest' before it)", 'ms', adapter),
  ]
}

async function importBeyond(first: string, second: string): Promise<Round> {
  const [raw, both] = await timesOf([first, second])
  return { mockberth: both! - raw!, raw: raw! }
}

/** How long it took from the start until each was there. */
function timesOf(names: readonly string[], areOfPeers = false): Promise<number[]> {
  const folder = new URL(areOfPeers ? '../peers/' : '../', import.meta.url).href
  return runAlone<number[]>(PROCESS, [folder, ...names], ['--experimental-import-meta-resolve'])
}
