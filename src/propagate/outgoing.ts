import { markEntry, takeMarks } from './baggage.ts'
import type { Carried, CarriedName } from './carried.ts'
import { ofHttp, type HttpRequest } from './http-request.ts'
import { mockHosts } from './mock-hosts.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import { currentFor, ofUndici, type UndiciRequest } from './undici-request.ts'
import { watch } from './watch.ts'

/**
 * Puts what is carried on every request that this process begins, with fetch, undici, node:http and
 * node:https. The mark of a test goes to loopback and the hosts in MOCKBERTH_MOCK_HOSTS only. What a
 * request has already is left as it is.
 *
 * @param current what is carried where a request begins
 * @returns ends it
 */
export function carryInto(current: () => Carried | undefined): () => void {
  const isMockHost = mockHosts(process.env['MOCKBERTH_MOCK_HOSTS'])
  const unwatchUndici = watch<{ readonly request: UndiciRequest }>(
    'undici:request:create',
    ({ request }) => {
      const carried = currentFor(request, current)
      if (carried !== undefined) carry(carried, ofUndici(request), isMockHost)
    },
  )
  const unwatchHttp = watch<{ readonly request: HttpRequest }>(
    'http.client.request.created',
    ({ request }) => {
      const carried = current()
      if (carried !== undefined) carry(carried, ofHttp(request), isMockHost)
    },
  )
  return () => {
    unwatchUndici()
    unwatchHttp()
  }
}

function carry(
  carried: Carried,
  request: OutgoingRequest,
  isMockHost: (hostname: string) => boolean,
): void {
  // What a proxy is asked for is the connection; the request itself goes over that.
  if (request.method === 'CONNECT') return
  const add = (name: CarriedName, values: readonly string[] = []): void => {
    for (const value of values) request.add(name, value)
  }
  const present = request.values('baggage')
  add('baggage', baggageFor(carried.baggage ?? [], present, isMockHost(request.hostname)))
  if (hasOpenTelemetry() || request.values('traceparent').length > 0) return
  add('traceparent', carried.traceparent)
  add('tracestate', carried.tracestate)
}

/** What is to be added to the baggage that a request has. */
function baggageFor(
  carried: readonly string[],
  present: readonly string[],
  isMockHost: boolean,
): readonly string[] {
  if (present.length === 0) {
    if (isMockHost) return carried
    return carried.map((value) => takeMarks(value).others).filter((value) => value !== '')
  }
  if (!isMockHost || marksOf(present).length > 0) return []
  // They are all the same.
  return marksOf(carried).slice(0, 1).map(markEntry)
}

function marksOf(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => takeMarks(value).marks)
}

/** Whether trace context is OpenTelemetry's task here: whether a propagator is registered with its API. */
function hasOpenTelemetry(): boolean {
  const key = Symbol.for('opentelemetry.js.api.1')
  return (globalThis as Record<symbol, { propagation?: unknown }>)[key]?.propagation !== undefined
}
