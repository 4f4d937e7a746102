import {
  headerValue,
  type Answer,
  type Candidate,
  type ExchangeRequest,
  type MockRequest,
  type Reply,
  type Responder,
  type RunningTest,
  type Scope,
} from '../contract/index.ts'
import { describeError, invalidOption, MockberthError } from '../errors.ts'
import type { Explanation } from '../report/explain-miss.ts'
import { explainFailure } from '../report/unhandled.ts'
import type { ExchangeRecorder } from '../traffic/journal.ts'
import type { Delivery } from '../wire/deliver.ts'
import { jsonReply, textReply } from '../wire/guard.ts'
import type { UnhandledPolicy } from './definition.ts'
import type { ApiPlan } from './plan.ts'
import { addUnhandled } from './scope.ts'

/** An API that is asked. */
export interface AskedApi {
  readonly plan: ApiPlan
  /** What may answer, in order. */
  readonly responders: readonly Responder[]
  /** As handlers see it. */
  readonly origin: string
}

/** A request on its way to its answer. */
interface Asking {
  readonly plan: ApiPlan
  readonly request: MockRequest
  readonly scope: Scope
  readonly recorder: ExchangeRecorder
  /** The tests that were running when it arrived. */
  readonly during: readonly RunningTest[]
}

/** Asks the responders in order, and turns what they say into a delivery. Never rejects. */
export async function answerRequest(
  asked: AskedApi,
  request: MockRequest,
  scope: Scope,
  recorder: ExchangeRecorder,
): Promise<Delivery> {
  const { plan } = asked
  const asking: Asking = { plan, request, scope, recorder, during: scope.tests }
  try {
    return await firstAnswer(asked, asking)
  } catch (error) {
    const reason = describeError(error)
    recorder.decided('failed')
    // It may be `onUnhandled` itself that threw.
    holdFailure(asking, reason, 'fail')
    const where = error instanceof MockberthError ? '' : `${plan.name}: `
    const reply = textReply(500, `mockberth: ${where}${reason}\n`)
    return { kind: 'reply', reply, observer: recorder }
  }
}

async function firstAnswer(asked: AskedApi, asking: Asking): Promise<Delivery> {
  const { responders } = asked
  const { request, scope, recorder } = asking
  let forwardedBy: Candidate | undefined
  for (const responder of responders) {
    const pending = responder.answer(request, scope)
    // Waiting for what is there takes time.
    const answer = pending instanceof Promise ? await pending : pending
    if (answer?.kind === 'forward') forwardedBy = answer.by
    else if (answer !== undefined) return deliver(asking, answer)
  }
  if (isPing(request)) {
    recorder.dismiss()
    return { kind: 'reply', reply: { status: 204, rawHeaders: [] } }
  }
  const { explainUnanswered } = await import('./unanswered.ts')
  const explanation = await explainUnanswered(asked, request, scope, forwardedBy)
  recorder.decided('unhandled', forwardedBy)
  holdAgainst(asking, explanation.message)
  return { kind: 'reply', reply: unhandledReply(request, explanation), observer: recorder }
}

/**
 * Whether a request is for no path, but to find out whether somebody answers (RFC 9110 §9.3.7), as
 * `mockberth doctor` does: it is nothing that the code under test asks of an API.
 */
function isPing({ method, target }: MockRequest): boolean {
  return method === 'OPTIONS' && target === '*'
}

/** In JSON for those who ask for that (RFC 9110 §12.5.1), as most API clients do. */
function unhandledReply({ rawHeaders }: MockRequest, explanation: Explanation): Reply {
  const accept = headerValue(rawHeaders, 'accept') ?? ''
  return /\b(?:application\/json|\+json)\b/i.test(accept)
    ? jsonReply(501, { error: explanation })
    : textReply(501, `mockberth: ${explanation.message}\n`)
}

/** Says that a request had no answer, in the way that `onUnhandled` asks for. */
function holdAgainst(
  { plan, scope, recorder, during }: Asking,
  explanation: string,
  policy = unhandledPolicy(plan, recorder.exchange.request),
): void {
  const { method, target } = recorder.exchange.request
  const request = { method, target }
  if (policy === 'fail') addUnhandled(scope, { api: plan.name, request, explanation, during })
  if (policy === 'warn') console.warn(`mockberth: ${explanation}`)
}

const OUTCOMES = {
  override: 'mocked',
  handler: 'mocked',
  entry: 'replayed',
  upstream: 'forwarded',
} as const

/** Says that a request went wrong, unless its client has left: that often is why. */
function holdFailure(asking: Asking, reason: string, policy?: UnhandledPolicy): void {
  if (asking.recorder.exchange.outcome === 'aborted') return
  holdAgainst(asking, explainFailure(asking.plan.name, asking.request, reason), policy)
}

function deliver(asking: Asking, answer: Exclude<Answer, { kind: 'forward' }>): Delivery {
  const { plan, recorder } = asking
  const { by } = answer
  if (answer.kind === 'failure') {
    recorder.decided('failed', by)
    holdFailure(asking, answer.reason)
    const reply = textReply(answer.status, `mockberth: ${plan.name}: ${answer.reason}\n`)
    return { kind: 'reply', reply, observer: recorder }
  }
  recorder.decided(OUTCOMES[by.kind], by)
  if (answer.kind === 'drop') return { kind: 'drop', how: answer.how, observer: recorder }
  // A reply of the upstream that breaks is none, though it began well.
  if (by.kind === 'upstream') recorder.onBreak((error) => holdBreak(asking, by.label, error))
  return { kind: 'reply', reply: answer.reply, observer: recorder }
}

/** The connection is cut whatever `onUnhandled` does. */
function holdBreak(asking: Asking, upstream: string, error: unknown): void {
  const isOurs = error instanceof MockberthError
  const reason = isOurs
    ? error.message
    : `the reply of the upstream ${upstream} broke: ${describeError(error)}. Ask it again, or answer the request with a handler.`
  try {
    holdFailure(asking, reason)
  } catch (problem) {
    console.error(`mockberth: ${reason}; ${describeError(problem)}`)
  }
}

function unhandledPolicy({ name, definition }: ApiPlan, request: ExchangeRequest): UnhandledPolicy {
  const { onUnhandled = 'fail' } = definition
  if (typeof onUnhandled !== 'function') return onUnhandled
  let policy: unknown
  try {
    policy = onUnhandled(request)
  } catch (error) {
    throw new MockberthError(
      'INVALID_OPTION',
      `the API ${name}: onUnhandled threw; mend it, it is called with each unhandled request: ${describeError(error)}`,
      { cause: error },
    )
  }
  if (policy === 'fail' || policy === 'warn' || policy === 'ignore') return policy
  const takes = "a function that returns 'fail', 'warn' or 'ignore'"
  throw invalidOption(`the API ${name}`, 'onUnhandled', policy, takes)
}
