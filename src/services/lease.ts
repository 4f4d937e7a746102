import { errorWithoutStack, type MockberthError } from '../errors.ts'
import { converse } from '../run/conversation.ts'
import {
  errorOf,
  failureOf,
  type Failure,
  type Leased,
  type Order,
  type Value,
} from './messages.ts'

/** Who has services for workers, and which of them are for this one. */
export interface ServicesPlace {
  /** The socket of their owner. */
  readonly owner: string
  /** Names the worker among those that run at once: its next file gets the same services. */
  readonly slot: string
}

/** Services that this process has to itself. */
export interface Lease extends Leased {
  /** They are set up: the next holder need not do it. */
  settle(): Promise<void>
  /** They could not be set up: who wants the same is told so. */
  fail(error: MockberthError): Promise<void>
  /** What one of them has died of, if it has; `SERVICES_GONE` when their owner has ended. */
  died(): Promise<MockberthError | undefined>
  /** Tells at once of each that dies. Another process that has them is asked, by `died()`. */
  readonly watchDeaths?: (tell: (death: MockberthError) => void) => void
  /** Never rejects. */
  release(): Promise<void>
}

/**
 * Has services started, or handed over by who had them before.
 *
 * @param plans as `plansToText()` writes them
 * @param place who has them; without, they are this process's own, and end with the lease
 * @throws as `startServices()` does; `SERVICES_GONE` when their owner has ended
 */
export function leaseServices(plans: string, place: ServicesPlace | undefined): Promise<Lease> {
  return place === undefined ? ownLease(plans) : leaseFrom(place, plans)
}

async function ownLease(plans: string): Promise<Lease> {
  const { createSlots } = await import('./slots.ts')
  const slots = createSlots()
  const gone = Promise.withResolvers<void>()
  const release = async (): Promise<void> => {
    gone.resolve()
    await slots.close()
  }
  try {
    const holder = { gone: gone.promise, isGone: () => false }
    const lease = await slots.lease({ slot: '', plans }, holder)
    return {
      ...lease,
      async settle() {
        lease.settle()
      },
      async fail(error) {
        lease.fail(error)
      },
      release,
    }
  } catch (error) {
    await release()
    throw error
  }
}

async function leaseFrom({ owner, slot }: ServicesPlace, plans: string): Promise<Lease> {
  const conversation = converse<Order, Value, Failure>(owner, { gone: goneError, refused })
  const lease = conversation.say({ lease: { slot, plans } }) as Promise<Leased>
  const leased = await lease.catch(async (error: unknown) => {
    await conversation.end()
    throw error
  })
  return {
    ...leased,
    async settle() {
      await conversation.say({ settled: true })
    },
    async fail(error) {
      await conversation.say({ failed: failureOf(error) })
    },
    async died() {
      const answer = await conversation.say({ died: true }).catch((error: MockberthError) => error)
      if (answer instanceof Error) return answer
      return 'failure' in answer ? errorOf(answer.failure!) : undefined
    },
    release: () => conversation.end(),
  }
}

function refused(why: Failure | string): MockberthError {
  return typeof why === 'string' ? goneError() : errorOf(why)
}

function goneError(): MockberthError {
  return errorWithoutStack(
    'SERVICES_GONE',
    'the services of this run have ended with the process that had started them. Its output says why; run the tests again.',
  )
}
