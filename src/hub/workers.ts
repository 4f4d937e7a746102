import { withParts, type MockRequest } from '../contract/index.ts'
import { systemCode } from '../errors.ts'
import { createMarks, refusedDelivery, type FindOwner } from '../mocks/marks.ts'
import type { Delivery } from '../wire/deliver.ts'
import { createForwarder, type Forwarder } from '../wire/forward.ts'
import { withMark } from '../wire/marked.ts'

/** The workers of a hub, and which of them a request goes to. */
export interface Workers {
  readonly findOwner: FindOwner
  /** @param urls where its server of each API is */
  join(urls: Readonly<Record<string, string>>): Worker
}

/** A worker, as its hub knows it. */
export interface Worker {
  /** @returns why not, if not */
  open(mark: string, test: string): string | undefined
  close(mark: string): void
  /** It has gone: what is on its way to it is cut, and what still has its marks is refused. */
  leave(): Promise<void>
}

/** Somebody who opens more at once has forgotten to close them. */
const MOST_MARKS = 10_000

interface Destination {
  readonly forwarders: ReadonlyMap<string, Forwarder>
}

/** @param refused told of each request that is refused, and why */
export function createWorkers(
  refused: (api: string, request: MockRequest, why: string) => void,
): Workers {
  const marks = createMarks<Destination>()
  const refuse = (api: string, request: MockRequest, why: string): Delivery => {
    refused(api, request, why)
    return refusedDelivery(api, why)
  }
  return {
    findOwner(ofRequest) {
      const result = marks.find(ofRequest)
      return {
        async deliver(api, request) {
          return 'found' in result
            ? forwardTo(result.found.forwarders.get(api)!, request, ofRequest[0]!)
            : refuse(api, request, result.refusal)
        },
      }
    },
    join(urls) {
      const own = new Set<string>()
      const worker: Destination = { forwarders: forwardersTo(urls) }
      const close = (mark: string, why: 'ended' | 'gone'): void => {
        if (!own.delete(mark)) return
        marks.close(mark, why)
      }
      return {
        open(mark, test) {
          const known = marks.find([mark])
          if ('found' in known && known.found !== worker) return 'this mark is of another worker'
          if (own.size >= MOST_MARKS) return `${MOST_MARKS} tests are open already; close some`
          own.add(mark)
          marks.open(mark, test, worker)
          return undefined
        },
        close: (mark) => close(mark, 'ended'),
        async leave() {
          for (const mark of own) close(mark, 'gone')
          await Promise.all([...worker.forwarders.values()].map((each) => each.close()))
        },
      }
    },
  }
}

function forwardersTo(urls: Readonly<Record<string, string>>): ReadonlyMap<string, Forwarder> {
  return new Map(
    // How long an answer takes is the test's business.
    Object.entries(urls).map(([api, url]) => [
      api,
      createForwarder(url, { timeout: 0, keepsHost: true }),
    ]),
  )
}

/** A server that is down, or breaks off, is so for the app as well. */
async function forwardTo(
  forwarder: Forwarder,
  request: MockRequest,
  mark: string,
): Promise<Delivery> {
  // The worker, too, has to know whose it is.
  const marked = withParts(request, { rawHeaders: withMark(request.rawHeaders, mark) })
  try {
    return { kind: 'reply', reply: await forwarder.forward(marked) }
  } catch (error) {
    // undici calls it so when the other side ends the connection in order.
    return { kind: 'drop', how: systemCode(error) === 'UND_ERR_SOCKET' ? 'close' : 'reset' }
  }
}
