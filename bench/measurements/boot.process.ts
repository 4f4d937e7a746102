// Opens and stops servers of one kind, and prints what that took. The argument is the kind.

import { kindOf, type ServerName } from '../servers/kinds.ts'
import type { MeasuredSubject, ServerKind } from '../servers/subject.ts'
import { ownUsage } from '../servers/usage.ts'

const IN_TURN = 10
const TOGETHER = 100

/** What servers took, in milliseconds and bytes. Of programs, only the first is started. */
export interface BootTimes {
  readonly first: number
  /** Each of some after the first, one after the other. */
  readonly next?: number
  /** A hundred at once. */
  readonly many?: number
  readonly stopFirst: number
  readonly stopMany?: number
  /** By the server. */
  readonly memory: number
}

const kind = await kindOf(process.argv[2] as ServerName)
const [first, stopFirst, memory] = await bootAndStop(() => kind.open({}))
const further = kind.isProgram ? { memory } : await bootFurther()
console.log(JSON.stringify({ first, stopFirst, ...further } satisfies BootTimes))

async function bootFurther(): Promise<Omit<BootTimes, 'first' | 'stopFirst'>> {
  let inTurn = 0
  for (let boot = 0; boot < IN_TURN; boot++) inTurn += (await bootAndStop(() => kind.open({})))[0]
  globalThis.gc!()
  const before = ownUsage().memory
  const [many, stopMany, after] = await bootAndStop(() => openMany(kind))
  return { next: inTurn / IN_TURN, many, stopMany, memory: (after - before) / TOGETHER }
}

/** How long both took, and what memory was held between. */
async function bootAndStop(
  open: () => Promise<Pick<MeasuredSubject, 'stop' | 'usage'>>,
): Promise<[boot: number, stop: number, memory: number]> {
  const start = performance.now()
  const { stop, usage = ownUsage } = await open()
  const opened = performance.now()
  globalThis.gc!()
  const { memory: held } = usage()
  const stopping = performance.now()
  await stop()
  return [opened - start, performance.now() - stopping, held]
}

async function openMany({
  open,
  openMany: together,
}: ServerKind): Promise<{ stop(): Promise<void> }> {
  if (together !== undefined) return together(TOGETHER)
  const all = await Promise.all(Array.from({ length: TOGETHER }, () => open({})))
  return {
    async stop() {
      await Promise.all(all.map(({ stop }) => stop()))
    },
  }
}
