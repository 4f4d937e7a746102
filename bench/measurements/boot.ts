import { rowOf, runAlone, type Plan, type Round, type Row } from '../measurement.ts'
import type { BootTimes } from './boot.process.ts'

const PROCESS = new URL('boot.process.ts', import.meta.url)
const ROUNDS = 15

/**
 * How long it takes until servers listen and until they are gone, and what they hold. Each kind has
 * processes of its own: in one process, either would run code that the other has warmed up.
 */
export async function boot(plan: Plan): Promise<Row[]> {
  const names = await plan.servers()
  const rounds: Record<string, BootTimes>[] = []
  while (rounds.length < plan.rounds(ROUNDS)) {
    const round: Record<string, BootTimes> = {}
    for (const name of names) {
      round[name] = await runAlone<BootTimes>(PROCESS, [name], ['--expose-gc'])
    }
    rounds.push(round)
  }
  const row = (what: string, unit: string, figure: keyof BootTimes, scale = 1, goal = ''): Row =>
    rowOf(
      what,
      unit,
      rounds.map((round) => figuresOf(round, figure, scale)),
      { goal },
    )
  return [
    row("boot of a process's first server", 'ms', 'first'),
    row('boot of a server after the first', 'ms', 'next', 1, 'ratio ≤ 2.5'),
    row('boot of 100 servers at once', 'ms', 'many', 1, 'ratio ≤ 2.5'),
    row('stop of the first server', 'ms', 'stopFirst'),
    row('stop of 100 servers at once', 'ms', 'stopMany'),
    row('memory by the server, of 100 (WireMock: of 1)', 'KB', 'memory', 1 / 1024),
  ]
}

function figuresOf(
  round: Readonly<Record<string, BootTimes>>,
  figure: keyof BootTimes,
  scale: number,
): Round {
  const figures = Object.entries(round).flatMap(([name, { [figure]: taken }]) =>
    taken === undefined ? [] : [[name, taken * scale]],
  )
  return Object.fromEntries(figures) as Round
}
