import { join } from 'node:path'
import type { MockberthError } from '../errors.ts'
import { removeFolder } from '../process/folder.ts'
import { loadGuard } from '../process/guarded.ts'
import { makeRunFolder } from '../run/folder.ts'
import { errorOf, failureOf, type Leased, type LeaseOrder } from './messages.ts'
import { plansOfText } from './plan.ts'
import { startServices, type RunningServices } from './start.ts'

/** Somebody who has services, or wants them, until he goes. */
export interface Holder {
  readonly gone: Promise<void>
  isGone(): boolean
}

/** What is leased to one holder. */
export interface SlotLease extends Leased {
  settle(): void
  /** They could not be set up: who asks for the same is told so. */
  fail(error: MockberthError): void
  /** What one of them has died of, if it has. */
  died(): Promise<MockberthError | undefined>
}

/** The services of a run: for each slot those that it asks for, which one holder after the other has. */
export interface Slots {
  /**
   * Hands services out, once who had them before is gone: those, or new ones if one of them has died or
   * was not set up.
   *
   * @throws as `startServices()` does; what failed once is not tried again
   */
  lease(order: LeaseOrder, holder: Holder): Promise<SlotLease>
  /** Ends all, and removes their folders. Never rejects. */
  close(): Promise<void>
}

interface Slot {
  /** When who had it is gone. */
  turn: Promise<unknown>
  services?: RunningServices | undefined
  state: 'new' | 'handed out' | 'settled'
}

const PREFIX = 'mockberth-services-'

export function createSlots(): Slots {
  const slots = new Map<string, Slot>()
  const failures = new Map<string, MockberthError>()
  const closing = new AbortController()
  let folder: Promise<string> | undefined
  let started = 0

  const start = async (plans: string): Promise<RunningServices> => {
    folder ??= makeFolder()
    const own = join(await folder, String((started += 1)))
    return startServices(plansOfText(plans), own, closing.signal)
  }
  const hand = async (slot: Slot, plans: string, holder: Holder): Promise<SlotLease> => {
    const failure = failures.get(plans)
    if (failure !== undefined) throw failure
    const isUsable = slot.services?.areAlive() === true && slot.state !== 'handed out'
    if (!isUsable) {
      await slot.services?.stop()
      slot.services = undefined
      slot.services = await start(plans).catch((error: unknown) => {
        failures.set(plans, errorOf(failureOf(error)))
        throw error
      })
      slot.state = 'new'
    }
    const isNew = slot.state === 'new'
    // Who has gone meanwhile has set up nothing.
    if (isNew && !holder.isGone()) slot.state = 'handed out'
    const services = slot.services!
    return {
      addresses: services.addresses,
      isNew,
      settle: () => void (slot.state = 'settled'),
      fail: (error) => void failures.set(plans, error),
      died: () => deathOf(services),
    }
  }
  return {
    lease({ slot: name, plans }, holder) {
      const key = JSON.stringify([name, plans])
      const slot: Slot = slots.get(key) ?? { turn: Promise.resolve(), state: 'new' }
      slots.set(key, slot)
      const leased = slot.turn.then(() => hand(slot, plans, holder))
      slot.turn = Promise.allSettled([leased, holder.gone])
      return leased
    },
    async close() {
      closing.abort()
      const all = [...slots.values()]
      await Promise.all(all.map(({ turn }) => turn))
      await Promise.all(all.map(({ services }) => services?.stop()))
      if (folder === undefined) return
      await removeFolder(await folder)
      ;(await loadGuard()).forgetFolder(await folder)
    },
  }
}

/** A folder for the services of this process, which is removed when that is killed, too. */
async function makeFolder(): Promise<string> {
  const guard = await loadGuard()
  // Other users reach what is theirs in it, and cannot look around.
  const folder = makeRunFolder(PREFIX, 0o711)
  guard.watchFolder(folder)
  return folder
}

async function deathOf(services: RunningServices): Promise<MockberthError | undefined> {
  return services.verify().then(
    () => undefined,
    (error: unknown) => error as MockberthError,
  )
}
