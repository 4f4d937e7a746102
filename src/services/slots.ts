import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeError, MockberthError, systemCode } from '../errors.ts'
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
  /** Tells of each that dies from now on, or has died. */
  watchDeaths(tell: (death: MockberthError) => void): void
}

/** The services of a run: in each slot those that were asked for last, which one holder after the other has. */
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

/** The same services of one slot. */
interface Slot {
  readonly name: string
  readonly plans: string
  /** When who had them is gone. */
  turn: Promise<unknown>
  /** How many have them, or wait for them. */
  holders: number
  services?: RunningServices | undefined
  /** What came of the last start. */
  started?: Promise<RunningServices>
  state: 'new' | 'handed out' | 'settled'
}

const PREFIX = 'mockberth-services-'

export function createSlots(): Slots {
  const slots = new Map<string, Slot>()
  /** What each worker has asked for last. */
  const last = new Map<string, Slot>()
  const failures = new Map<string, MockberthError>()
  const closing = new AbortController()
  const folder = folderForAll()
  let started = 0

  const start = async (plans: string): Promise<RunningServices> => {
    const own = join(await folder.path(), String((started += 1)))
    return startServices(plansOfText(plans), own, closing.signal)
  }
  const hand = async (slot: Slot, holder: Holder): Promise<SlotLease> => {
    const { plans } = slot
    const failure = failures.get(plans)
    if (failure !== undefined) throw failure
    const isUsable = slot.services?.areAlive() === true && slot.state !== 'handed out'
    if (!isUsable) {
      await stop(slot)
      slot.started = start(plans)
      slot.services = await slot.started.catch(async (error: unknown) => {
        // Those that run are handed out again: nothing is wrong with what is declared, for one worker.
        if (isTaken(error) && (await isStartedBeside(slot, slots.values()))) {
          throw ofAnotherWorker(plans)
        }
        failures.set(plans, errorOf(failureOf(error)))
        throw error
      })
      slot.state = 'new'
    }
    const isNew = slot.state === 'new'
    // Who has gone meanwhile has set up nothing.
    if (isNew && !holder.isGone()) slot.state = 'handed out'
    const fail = (error: MockberthError): void => void failures.set(plans, error)
    return { ...leaseOf(slot, slot.services!), isNew, fail }
  }
  return {
    lease({ slot: name, plans }, holder) {
      const key = JSON.stringify([name, plans])
      const slot = slots.get(key) ?? newSlot(name, plans)
      slots.set(key, slot)
      slot.holders += 1
      last.set(name, slot)
      const leased = Promise.all([slot.turn, endOthers(slot, slots.values(), last)]).then(() =>
        hand(slot, holder),
      )
      // Who was refused has nothing that others could wait for.
      slot.turn = leased
        .then(
          () => holder.gone,
          () => {},
        )
        .then(() => (slot.holders -= 1))
      return leased
    },
    async close() {
      closing.abort()
      const all = [...slots.values()]
      await Promise.all(all.map(({ turn }) => turn))
      await Promise.all(all.map(stop))
      await folder.remove()
    },
  }
}

function leaseOf(slot: Slot, services: RunningServices): Omit<SlotLease, 'isNew' | 'fail'> {
  return {
    addresses: services.addresses,
    settle: () => void (slot.state = 'settled'),
    died: () => deathOf(services),
    watchDeaths: services.watchDeaths,
  }
}

function newSlot(name: string, plans: string): Slot {
  return { name, plans, turn: Promise.resolve(), holders: 0, state: 'new' }
}

function isTaken(error: unknown): boolean {
  return error instanceof MockberthError && error.code === 'PORT_TAKEN'
}

async function isStartedBeside(slot: Slot, all: Iterable<Slot>): Promise<boolean> {
  const beside = [...all].filter((one) => one !== slot && one.plans === slot.plans)
  const starts = await Promise.allSettled(beside.map(({ started }) => started))
  return starts.some((start) => start.status === 'fulfilled' && start.value !== undefined)
}

function ofAnotherWorker(plans: string): MockberthError {
  const fixed = plansOfText(plans).find((plan) => typeof plan.process?.port === 'number')
  return new MockberthError(
    'PORT_TAKEN',
    `the service ${fixed?.name}: port ${String(fixed?.process?.port)} is in use by that of another worker, and each has its own. Leave out port to get a free one, or have one worker.`,
  )
}

/**
 * Ends what a worker had before it asked for other services: at once, or when who still has it is gone.
 * Resolves when what nobody has is ended.
 */
async function endOthers(
  slot: Slot,
  all: Iterable<Slot>,
  last: ReadonlyMap<string, Slot>,
): Promise<void> {
  const others = [...all].filter((one) => one !== slot && one.name === slot.name)
  const idle = others.filter(({ holders }) => holders === 0)
  for (const one of others) {
    one.turn = one.turn.then(async () => {
      if (one.holders === 0 && last.get(one.name) !== one) await stop(one)
    })
  }
  await Promise.all(idle.map(({ turn }) => turn))
}

/** Who asks for them from now on gets new ones. */
async function stop(slot: Slot): Promise<void> {
  const { services } = slot
  slot.services = undefined
  await services?.stop()
}

/**
 * A folder for the services of this process, which is made when it is asked for, and removed when that
 * is killed, too.
 */
function folderForAll(): { path(): Promise<string>; remove(): Promise<void> } {
  let made: Promise<string> | undefined
  return {
    path: () => (made ??= makeFolder()),
    async remove() {
      // Where it could not be made, who wanted it knows.
      const folder = await made?.catch(() => undefined)
      if (folder === undefined) return
      await removeFolder(folder)
      ;(await loadGuard()).forgetFolder(folder)
    },
  }
}

async function makeFolder(): Promise<string> {
  const guard = await loadGuard()
  const folder = folderForUsers()
  guard.watchFolder(folder)
  return folder
}

/** Other users reach what is theirs in it, and cannot look around. */
function folderForUsers(): string {
  try {
    return makeRunFolder(PREFIX, 0o711)
  } catch (error) {
    throw new MockberthError(
      'SERVICE_DATA_UNUSABLE',
      `no folder for the data of services can be made in ${tmpdir()}: ${systemCode(error) ?? describeError(error)}. Set TMPDIR to a folder in which files can be made.`,
      { cause: error },
    )
  }
}

async function deathOf(services: RunningServices): Promise<MockberthError | undefined> {
  return services.verify().then(
    () => undefined,
    (error: unknown) => error as MockberthError,
  )
}
