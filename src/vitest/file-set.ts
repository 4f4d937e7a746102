import { describeError, errorWithoutStack, systemCode } from '../errors.ts'
import type { Mocks } from '../mocks/define.ts'
import type { RunningSet } from '../mocks/running-set.ts'
import { followFile, type FileFollower } from './follow.ts'
import { leaveForeignSet, pluginFollower } from './worker-set.ts'

interface BootedSet {
  readonly running: RunningSet
  readonly follower: FileFollower
}

interface Booted {
  readonly set: Promise<BootedSet>
  users: number
}

const booted = new Map<Mocks, Booted>()

/**
 * Hands out what follows the tests of a file over the set of the plugin, or over one that is booted for as long as somebody uses it. In one
 * file, a `test` and another that extends it are two users of the same set.
 */
export async function withSet(
  mocks: Mocks,
  use: (follower: FileFollower) => Promise<void>,
): Promise<void> {
  const ofPlugin = pluginFollower(mocks)
  if (ofPlugin !== undefined) return use(ofPlugin)
  const entry = booted.get(mocks) ?? { set: boot(mocks), users: 0 }
  booted.set(mocks, entry)
  entry.users += 1
  try {
    await use((await entry.set).follower)
  } finally {
    entry.users -= 1
    if (entry.users === 0) booted.delete(mocks)
  }
  if (entry.users === 0) await end(await entry.set)
}

async function boot(mocks: Mocks): Promise<BootedSet> {
  await leaveForeignSet()
  const running = (await mocks.start().catch(explain)) as RunningSet
  return { running, follower: followFile(running) }
}

async function end({ running, follower }: BootedSet): Promise<void> {
  await running.stop()
  follower.close()
}

function explain(error: unknown): never {
  if (systemCode(error) !== 'ENV_TAKEN') throw error
  const [sentence] = describeError(error).split('. ', 1)
  throw errorWithoutStack(
    'ENV_TAKEN',
    `mockTest(): ${sentence}: that of the plugin, or of another mockTest(). Use the same declaration as that one, or give this one other names in env.`,
  )
}
