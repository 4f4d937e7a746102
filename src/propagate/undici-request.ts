import { hostnameInPath, valuesInHead, type OutgoingRequest } from './outgoing-request.ts'

/** A request of undici, as its channels tell of it: https://undici.nodejs.org/#/docs/api/DiagnosticsChannel */
export interface UndiciRequest {
  readonly method: string
  readonly origin: string | URL
  readonly path: string
  /** Names and values one after the other; in old versions the head. */
  readonly headers: Pairs | string
  addHeader(name: string, value: string): void
}

type Pairs = readonly (string | readonly string[])[]

/** What is asked of a request and done to it, before it is sent. */
export function ofUndici(request: UndiciRequest): OutgoingRequest {
  const { method, headers } = request
  return {
    method,
    hostname: hostnameInPath(request.path) ?? hostnameOf(request.origin),
    values: (name) =>
      typeof headers === 'string' ? valuesInHead(headers, name) : valuesInPairs(headers, name),
    add: (name, value) => request.addHeader(name, value),
  }
}

let lastOrigin: string | URL | undefined
let lastHostname = ''

/** Most requests go where the one before went, and a URL takes its time. */
function hostnameOf(origin: string | URL): string {
  if (origin !== lastOrigin || typeof origin !== 'string') {
    lastHostname = new URL(origin).hostname
    lastOrigin = origin
  }
  return lastHostname
}

/**
 * Asks something on behalf of who makes a request. Before undici 8.12 a request that waited for a
 * connection is made when another one is over, on behalf of that. Its handler knows better, where it is
 * one of undici's own API; that of fetch does not.
 */
export function currentFor<Answer>(request: UndiciRequest, ask: () => Answer): Answer {
  const handler = handlerOf(request)
  return handler === undefined ? ask() : handler.runInAsyncScope(ask)
}

interface Handler {
  runInAsyncScope<Answer>(ask: () => Answer): Answer
}

function handlerOf(request: UndiciRequest): Handler | undefined {
  if (handlerKey === undefined || !(handlerKey in request)) handlerKey = findHandlerKey(request)
  if (handlerKey === undefined) return undefined
  const handler = (request as unknown as Record<symbol, Partial<Handler>>)[handlerKey]
  return typeof handler?.runInAsyncScope === 'function' ? (handler as Handler) : undefined
}

/** That of the undici which was last seen: each copy has its own. */
let handlerKey: symbol | undefined

function findHandlerKey(request: UndiciRequest): symbol | undefined {
  return Object.getOwnPropertySymbols(request).find(({ description }) => description === 'handler')
}

function valuesInPairs(pairs: Pairs, name: string): readonly string[] {
  const values: string[] = []
  for (let index = 0; index < pairs.length; index += 2) {
    const each = String(pairs[index])
    // The lengths spare the others being put into lower case.
    if (each.length !== name.length || each.toLowerCase() !== name) continue
    values.push(...[pairs[index + 1]!].flat())
  }
  return values
}
