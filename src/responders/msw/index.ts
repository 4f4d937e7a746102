import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'msw'
import {
  headerValue,
  withParts,
  type Answer,
  type Candidate,
  type MockRequest,
  type OverrideFate,
  type Reply,
  type Responder,
  type Scope,
} from '../../contract/index.ts'
import { describeError } from '../../errors.ts'
import type { MockUrls } from '../../recording/origins.ts'
import { noteAnswer, noteArrival, type Mounted } from './fates.ts'
import { isForbidden, toFetchRequest, toReply } from './fetch.ts'
import { isMarked, watchBypass } from './bypass.ts'
import { isPassthrough, type AskedRequest } from './internals.ts'
import { missedHandlers } from './missed-handlers.ts'
import {
  createScopeHandlers,
  listHandlers,
  type HandlerList,
  type ScopeHandlers,
} from './scope-handlers.ts'

export { isRequestHandler, isWebSocketHandler } from './internals.ts'
export type { RequestHandler }

/** What handlers answer for. */
export interface Upstream {
  /** Where the `Location` and `Link` of a reply lead that name an upstream; undefined to leave them. */
  readonly mockUrls: (() => MockUrls) | undefined
}

/** MSW handlers as a responder: those of the declaration, and in each scope those from `use()`. */
export interface MswResponder extends Responder {
  /** Puts handlers before all others, for this scope. Gives the fate of each. */
  use(scope: Scope, handlers: readonly RequestHandler[]): readonly OverrideFate[]
  reset(scope: Scope): void
}

/**
 * @param declared the handlers of the declaration
 * @param origin what handlers see as the origin of each request's URL
 * @param upstream what there is to know where that is a real API, and not the mock itself
 */
export function createMswResponder(
  declared: readonly RequestHandler[],
  origin: string,
  upstream: Upstream | undefined,
): MswResponder {
  const dead = watchBypass()
  let list: HandlerList | undefined
  const inUse = new WeakMap<Scope, ScopeHandlers>()
  const handlersOf = (scope: Scope): ScopeHandlers => {
    let handlers = inUse.get(scope)
    if (handlers !== undefined) return handlers
    list ??= listHandlers(declared, origin)
    handlers = createScopeHandlers(list, origin)
    inUse.set(scope, handlers)
    return handlers
  }

  return {
    use: (scope, handlers) =>
      handlersOf(scope)
        .use(handlers)
        .map(({ fate }) => fate),
    answer(request, scope) {
      const handlers = handlersOf(scope)
      if (declared.length === 0 && handlers.overrides.length === 0) return undefined
      if (upstream !== undefined) {
        const answered = answerFrom(handlers, request, origin)
        return upstream.mockUrls === undefined ? answered : leadBack(answered, upstream.mockUrls)
      }
      if (isMarked(headerValue(request.rawHeaders, 'accept'))) throw new Error(NOWHERE)
      return dead.run(origin, () => answerFrom(handlers, request, origin))
    },
    misses: (missed, scope) => missedHandlers(handlersOf(scope).all(), missed, origin),
    reset(scope) {
      inUse.get(scope)?.dispose()
      inUse.delete(scope)
    },
  }
}

/** Handlers build links from the URL that they see, and that is the upstream's. */
async function leadBack(
  answered: Promise<Answer | undefined>,
  mockUrls: () => MockUrls,
): Promise<Answer | undefined> {
  const answer = await answered
  if (answer?.kind !== 'reply' || !leadsElsewhere(answer.reply)) return answer
  const { rewriteHeaders } = await import('../../recording/links.ts')
  const { reply } = answer
  return {
    ...answer,
    reply: { ...reply, rawHeaders: rewriteHeaders(reply.rawHeaders, mockUrls()) },
  }
}

function leadsElsewhere({ rawHeaders }: Reply): boolean {
  return ['location', 'link', 'content-location'].some(
    (name) => headerValue(rawHeaders, name) !== undefined,
  )
}

const NOWHERE =
  "a handler called bypass(), which asks the real API, and no upstream is declared: that request came back to the mock itself. Declare one: upstream: 'https://api.example.com'."

async function answerFrom(
  handlers: ScopeHandlers,
  request: MockRequest,
  origin: string,
): Promise<Answer | undefined> {
  const { overrides } = handlers
  noteArrival(overrides)
  let { answer, silent } = await ask(handlers, request, origin)
  // RFC 9110 §9.3.2: HEAD is GET without the body.
  if (answer === undefined && request.method === 'HEAD') {
    const asked = await ask(handlers, withParts(request, { method: 'GET' }), origin, silent)
    answer = asked.answer
    silent = [...silent, ...asked.silent]
  }
  noteAnswer(overrides, answer?.by)
  const last = silent.at(-1)
  return answer ?? (last && { kind: 'forward', by: last.candidate })
}

/**
 * As MSW does it: the first handler that gives a response wins. One that matches and gives none
 * (`silent`) leaves the request to the next; where none answers, it is performed as it is.
 */
async function ask(
  handlers: ScopeHandlers,
  request: MockRequest,
  origin: string,
  except: readonly Mounted[] = [],
): Promise<{ answer?: Answer; silent: Mounted[] }> {
  const silent: Mounted[] = []
  if (isForbidden(request.method)) return { silent }
  const asked = new LazyRequest(request, origin)
  for (const { mounted, params } of handlers.fitting(request.method, request.target)) {
    if (except.includes(mounted)) continue
    const { handler, candidate } = mounted
    try {
      const called = params && mayCall(request) ? handler.call(asked, params) : undefined
      const result = await (called ?? handler.run(asked, origin))
      if (result === null) continue
      if (result.response) {
        return { answer: await toAnswer(result.response, candidate, request), silent }
      }
      silent.push(mounted)
    } catch (error) {
      const reason = failureText(candidate, error)
      return { answer: { kind: 'failure', status: 500, reason, by: candidate }, silent }
    }
  }
  return { silent }
}

class LazyRequest implements AskedRequest {
  readonly #incoming: MockRequest
  readonly #origin: string
  #request: Request | undefined
  #requestId: string | undefined

  constructor(incoming: MockRequest, origin: string) {
    this.#incoming = incoming
    this.#origin = origin
  }

  get request(): Request {
    return (this.#request ??= toFetchRequest(this.#incoming, this.#origin))
  }

  get requestId(): string {
    return (this.#requestId ??= randomUUID())
  }
}

/** MSW has rules for cookies, those of a document among them. */
function mayCall({ rawHeaders }: MockRequest): boolean {
  return !('document' in globalThis) && headerValue(rawHeaders, 'cookie') === undefined
}

async function toAnswer(response: Response, by: Candidate, request: MockRequest): Promise<Answer> {
  if (response.type === 'error') return { kind: 'drop', how: 'reset', by }
  if (isPassthrough(response)) return { kind: 'forward', by }
  return { kind: 'reply', reply: await toReply(response, request), by }
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
