import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'msw'
import type { Answer, Candidate, MockRequest, Responder, Scope } from '../../contract/index.ts'
import { describeError } from '../../errors.ts'
import { toFetchRequest, toReply } from './fetch.ts'
import {
  isPassthrough,
  mountHandler,
  unmarkBypassedRequests,
  type MountedHandler,
} from './internals.ts'

export { isRequestHandler, isWebSocketHandler } from './internals.ts'
export type { RequestHandler }

/** MSW handlers as a responder: those of the declaration, and in each scope those from `use()`. */
export interface MswResponder extends Responder {
  /** Puts handlers before all others, for this scope. */
  use(scope: Scope, handlers: readonly RequestHandler[]): void
  candidates(scope: Scope): Iterable<Candidate>
  reset(scope: Scope): void
}

interface Mounted {
  readonly handler: MountedHandler
  readonly candidate: Candidate
}

/**
 * @param declared the handlers of the declaration
 * @param origin what handlers see as the origin of each request's URL
 */
export function createMswResponder(
  declared: readonly RequestHandler[],
  origin: string,
): MswResponder {
  unmarkBypassedRequests()
  const mounted = new WeakMap<Scope, Mounted[]>()
  const mount = (kind: Candidate['kind'], handlers: readonly RequestHandler[]): Mounted[] =>
    handlers.map((definition) => {
      const handler = mountHandler(definition, origin)
      const { label, source } = handler
      return { handler, candidate: { kind, label, ...(source !== undefined && { source }) } }
    })
  const handlersOf = (scope: Scope): Mounted[] => {
    let handlers = mounted.get(scope)
    if (handlers === undefined) mounted.set(scope, (handlers = mount('handler', declared)))
    return handlers
  }

  return {
    use(scope, handlers) {
      mounted.set(scope, [...mount('override', handlers), ...handlersOf(scope)])
    },
    async answer(request, scope) {
      const handlers = handlersOf(scope)
      const answer = await firstAnswer(handlers, request, origin)
      // RFC 9110 §9.3.2: HEAD is GET without the body.
      if (answer !== undefined || request.method !== 'HEAD') return answer
      return firstAnswer(handlers, withMethod(request, 'GET'), origin)
    },
    *candidates(scope) {
      for (const { candidate } of handlersOf(scope)) yield candidate
    },
    reset(scope) {
      for (const { handler } of mounted.get(scope) ?? []) handler.dispose()
      mounted.delete(scope)
    },
  }
}

/**
 * As MSW does it: the first handler that gives a response wins. One that matches and gives none
 * leaves the request to the next; where none of those answers, it is performed as it is.
 */
async function firstAnswer(
  handlers: readonly Mounted[],
  request: MockRequest,
  origin: string,
): Promise<Answer | undefined> {
  const fetchRequest = handlers.length > 0 ? toFetchRequest(request, origin) : undefined
  if (fetchRequest === undefined) return undefined
  const requestId = randomUUID()
  let silent: Candidate | undefined
  for (const { handler, candidate } of handlers) {
    try {
      const result = await handler.run(fetchRequest, requestId, origin)
      if (result === null) continue
      if (result.response) return await toAnswer(result.response, candidate)
      silent = candidate
    } catch (error) {
      return { kind: 'failure', status: 500, reason: failureText(candidate, error), by: candidate }
    }
  }
  return silent && { kind: 'forward', by: silent }
}

async function toAnswer(response: Response, by: Candidate): Promise<Answer> {
  if (response.type === 'error') return { kind: 'drop', how: 'reset', by }
  if (isPassthrough(response)) return { kind: 'forward', by }
  return { kind: 'reply', reply: await toReply(response), by }
}

function failureText({ label, source }: Candidate, error: unknown): string {
  const where = source === undefined ? '' : ` (${source})`
  return `the handler ${label}${where} failed:\n\n${errorText(error)}`
}

/** The error with those lines of its stack that are the user's. */
function errorText(error: unknown): string {
  if (!(error instanceof Error) || error.stack === undefined) return describeError(error)
  const isForeign = /^\s+at .*([\\/]node_modules[\\/]|node:)/
  return error.stack
    .split('\n')
    .filter((line) => !isForeign.test(line))
    .join('\n')
}

function withMethod(request: MockRequest, method: string): MockRequest {
  const { target, rawHeaders, body } = request
  return {
    method,
    target,
    rawHeaders,
    body,
    get signal() {
      return request.signal
    },
  }
}
