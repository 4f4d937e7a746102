import {
  headerValue,
  type Answer,
  type Candidate,
  type Exchange,
  type ExchangeRequest,
  type MockRequest,
  type Reply,
  type Responder,
  type Scope,
  type UnhandledRequest,
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

/** Asks the responders in order, and turns what they say into a delivery. Never rejects. */
export async function answerRequest(
  asked: AskedApi,
  request: MockRequest,
  scope: Scope,
  recorder: ExchangeRecorder,
): Promise<Delivery> {
  try {
    return await firstAnswer(asked, request, scope, recorder)
  } catch (error) {
    recorder.decided('failed')
    const where = error instanceof MockberthError ? '' : `${asked.plan.name}: `
    const reply = textReply(500, `mockberth: ${where}${describeError(error)}\n`)
    return { kind: 'reply', reply, observer: recorder }
  }
}

async function firstAnswer(
  asked: AskedApi,
  request: MockRequest,
  scope: Scope,
  recorder: ExchangeRecorder,
): Promise<Delivery> {
  const { plan, responders } = asked
  const during = [...scope.tests]
  const { exchange } = recorder
  const hold = (reason: string): void =>
    holdAgainst(plan, scope, {
      exchange,
      explanation: explainFailure(plan.name, request, reason),
      during,
    })
  let forwardedBy: Candidate | undefined
  for (const responder of responders) {
    const answer = await responder.answer(request, scope)
    if (answer?.kind === 'forward') forwardedBy = answer.by
    else if (answer !== undefined) return deliver(plan, answer, recorder, hold)
  }
  const { explainUnanswered } = await import('./unanswered.ts')
  const explanation = await explainUnanswered(asked, request, scope, forwardedBy)
  recorder.decided('unhandled', forwardedBy)
  holdAgainst(plan, scope, { exchange, explanation: explanation.message, during })
  return { kind: 'reply', reply: unhandledReply(request, explanation), observer: recorder }
}

/** In JSON for those who ask for that (RFC 9110 §12.5.1), as most API clients do. */
function unhandledReply({ rawHeaders }: MockRequest, explanation: Explanation): Reply {
  const accept = headerValue(rawHeaders, 'accept') ?? ''
  return /\b(?:application\/json|\+json)\b/i.test(accept)
    ? jsonReply(501, { error: explanation })
    : textReply(501, `mockberth: ${explanation.message}\n`)
}

interface Unanswered extends Pick<UnhandledRequest, 'explanation' | 'during'> {
  readonly exchange: Exchange
}

/** Says that a request had no answer, in the way that `onUnhandled` asks for. */
function holdAgainst(
  plan: ApiPlan,
  scope: Scope,
  { exchange, explanation, during }: Unanswered,
): void {
  const policy = unhandledPolicy(plan, exchange.request)
  const { method, target } = exchange.request
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

function deliver(
  plan: ApiPlan,
  answer: Exclude<Answer, { kind: 'forward' }>,
  recorder: ExchangeRecorder,
  hold: (reason: string) => void,
): Delivery {
  const { by } = answer
  if (answer.kind === 'failure') {
    recorder.decided('failed', by)
    if (by.kind === 'upstream') hold(answer.reason)
    const reply = textReply(answer.status, `mockberth: ${plan.name}: ${answer.reason}\n`)
    return { kind: 'reply', reply, observer: recorder }
  }
  recorder.decided(OUTCOMES[by.kind], by)
  if (answer.kind === 'drop') return { kind: 'drop', how: answer.how, observer: recorder }
  // A reply of the upstream that breaks is none, though it began well.
  if (by.kind === 'upstream') recorder.onBreak((error) => holdBreak(by.label, error, hold))
  return { kind: 'reply', reply: answer.reply, observer: recorder }
}

/** The connection is cut whatever `onUnhandled` does. */
function holdBreak(upstream: string, error: unknown, hold: (reason: string) => void): void {
  const isOurs = error instanceof MockberthError
  const reason = isOurs
    ? error.message
    : `the reply of the upstream ${upstream} broke: ${describeError(error)}. Ask it again, or answer the request with a handler.`
  try {
    hold(reason)
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
