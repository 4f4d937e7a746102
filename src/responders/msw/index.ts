import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'msw'
import {
  headerValue,
  withParts,
  type Answer,
  type Candidate,
  type MockRequest,
  type OverrideFate,
  type Responder,
  type Scope,
} from '../../contract/index.ts'
import { describeError } from '../../errors.ts'
import { createFate, noteAnswer, noteArrival, type Mounted } from './fates.ts'
import { toFetchRequest, toReply } from './fetch.ts'
import { isMarked, isPassthrough, mountHandler, watchBypass } from './internals.ts'

import { missedHandlers } from './missed-handlers.ts'

export { isRequestHandler, isWebSocketHandler } from './internals.ts'
export type { RequestHandler }

/** MSW handlers as a responder: those of the declaration, and in each scope those from `use()`. */
export interface MswResponder extends Responder {
  /** Puts handlers before all others, for this scope. Gives the fate of each. */
  use(scope: Scope, handlers: readonly RequestHandler[]): readonly OverrideFate[]
  reset(scope: Scope): void
}

/**
 * @param declared the handlers of the declaration
 * @param origin what handlers see as the origin of each request's URL
 * @param hasUpstream whether that is a real API, and not the mock itself
 */
export function createMswResponder(
  declared: readonly RequestHandler[],
  origin: string,
  hasUpstream: boolean,
): MswResponder {
  const dead = watchBypass()
  const mounted = new WeakMap<Scope, Mounted[]>()
  const mount = (kind: Candidate['kind'], definition: RequestHandler): Mounted => {
    const handler = mountHandler(definition, origin)
    const { label, source } = handler
    return { handler, candidate: { kind, label, ...(source !== undefined && { source }) } }
  }
  const handlersOf = (scope: Scope): Mounted[] => {
    let handlers = mounted.get(scope)
    if (handlers !== undefined) return handlers
    handlers = declared.map((definition) => mount('handler', definition))
    mounted.set(scope, handlers)
    return handlers
  }

  return {
    use(scope, handlers) {
      const added = handlers.map((definition) => {
        const { handler, candidate } = mount('override', definition)
        return { handler, candidate, fate: createFate(handler, candidate) }
      })
      mounted.set(scope, [...added, ...handlersOf(scope)])
      return added.map(({ fate }) => fate)
    },
    answer(request, scope) {
      const handlers = handlersOf(scope)
      if (handlers.length === 0) return undefined
      if (hasUpstream) return answerFrom(handlers, request, origin)
      if (isMarked(headerValue(request.rawHeaders, 'accept'))) throw new Error(NOWHERE)
      return dead.run(origin, () => answerFrom(handlers, request, origin))
    },
    misses: (missed, scope) => missedHandlers(handlersOf(scope), missed, origin),
    reset(scope) {
      for (const { handler } of mounted.get(scope) ?? []) handler.dispose()
      mounted.delete(scope)
    },
  }
}

const NOWHERE =
  "a handler called bypass(), which asks the real API, and no upstream is declared: that request came back to the mock itself. Declare one: upstream: 'https://api.example.com'."

async function answerFrom(
  handlers: readonly Mounted[],
  request: MockRequest,
  origin: string,
): Promise<Answer | undefined> {
  noteArrival(handlers)
  let { answer, silent } = await ask(handlers, request, origin)
  // RFC 9110 §9.3.2: HEAD is GET without the body.
  if (answer === undefined && request.method === 'HEAD') {
    const others = handlers.filter((handler) => !silent.includes(handler))
    const asked = await ask(others, withParts(request, { method: 'GET' }), origin)
    answer = asked.answer
    silent = [...silent, ...asked.silent]
  }
  noteAnswer(handlers, answer?.by)
  const last = silent.at(-1)
  return answer ?? (last && { kind: 'forward', by: last.candidate })
}

/**
 * As MSW does it: the first handler that gives a response wins. One that matches and gives none
 * (`silent`) leaves the request to the next; where none answers, it is performed as it is.
 */
async function ask(
  handlers: readonly Mounted[],
  request: MockRequest,
  origin: string,
): Promise<{ answer?: Answer; silent: Mounted[] }> {
  const silent: Mounted[] = []
  if (handlers.length === 0) return { silent }
  const fetchRequest = toFetchRequest(request, origin)
  if (fetchRequest === undefined) return { silent }
  const requestId = randomUUID()
  for (const mounted of handlers) {
    const { handler, candidate } = mounted
    try {
      const result = await handler.run(fetchRequest, requestId, origin)
      if (result === null) continue
      if (result.response) {
        return { answer: await toAnswer(result.response, candidate, request.signal), silent }
      }
      silent.push(mounted)
    } catch (error) {
      const reason = failureText(candidate, error)
      return { answer: { kind: 'failure', status: 500, reason, by: candidate }, silent }
    }
  }
  return { silent }
}

async function toAnswer(response: Response, by: Candidate, signal: AbortSignal): Promise<Answer> {
  if (response.type === 'error') return { kind: 'drop', how: 'reset', by }
  if (isPassthrough(response)) return { kind: 'forward', by }
  return { kind: 'reply', reply: await toReply(response, signal), by }
}

function failureText({ label, source }: Candidate, error: unknown): string {
  const where = source === undefined ? '' : ` (${source})`
  return `the handler ${label}${where} failed:\n\n${errorText(error)}`
}

/** The error with those lines of its stack that are the user's, and what caused it. */
function errorText(error: unknown): string {
  if (!(error instanceof Error) || error.stack === undefined) return describeError(error)
  const isForeign = /^\s+at .*([\\/]node_modules[\\/]|node:)/
  const stack = error.stack.split('\n').filter((line) => !isForeign.test(line))
  const cause = error.cause === undefined ? [] : [`caused by ${errorText(error.cause)}`]
  return [...stack, ...cause].join('\n')
}
