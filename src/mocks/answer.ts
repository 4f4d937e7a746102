import type {
  Answer,
  Candidate,
  ExchangeRequest,
  MockRequest,
  Responder,
  Scope,
  UnhandledRequest,
} from '../contract/index.ts'
import { describeError, invalidOption, MockberthError } from '../errors.ts'
import { explainFailure, explainMiss } from '../report/unhandled.ts'
import type { ExchangeRecorder } from '../traffic/journal.ts'
import type { Delivery } from '../wire/deliver.ts'
import { textReply } from '../wire/guard.ts'
import type { UnhandledPolicy } from './definition.ts'
import type { ApiPlan } from './plan.ts'

/** Asks the responders in order, and turns what they say into a delivery. Never rejects. */
export async function answerRequest(
  plan: ApiPlan,
  responders: readonly Responder[],
  request: MockRequest,
  scope: Scope,
  recorder: ExchangeRecorder,
): Promise<Delivery> {
  try {
    return await firstAnswer(plan, responders, request, scope, recorder)
  } catch (error) {
    recorder.decided('failed')
    const reply = textReply(500, `mockberth: ${plan.name}: ${describeError(error)}\n`)
    return { kind: 'reply', reply, observer: recorder }
  }
}

async function firstAnswer(
  plan: ApiPlan,
  responders: readonly Responder[],
  request: MockRequest,
  scope: Scope,
  recorder: ExchangeRecorder,
): Promise<Delivery> {
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
  const explanation = explainMiss({
    api: plan.name,
    request,
    candidates: responders.flatMap((responder) => [...(responder.candidates?.(scope) ?? [])]),
    notes: responders.flatMap((responder) => [...(responder.notes?.(request) ?? [])]),
    forwardedBy,
    mode: modeText(plan),
  })
  recorder.decided('unhandled', forwardedBy)
  holdAgainst(plan, scope, { exchange, explanation, during })
  return { kind: 'reply', reply: textReply(501, `mockberth: ${explanation}\n`), observer: recorder }
}

/** Says that a request had no answer, in the way that `onUnhandled` asks for. */
function holdAgainst(plan: ApiPlan, scope: Scope, unhandled: UnhandledRequest): void {
  const policy = unhandledPolicy(plan, unhandled.exchange.request)
  if (policy === 'fail') scope.unhandled.push(unhandled)
  if (policy === 'warn') console.warn(`mockberth: ${unhandled.explanation}`)
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
  const observer = by.kind === 'upstream' ? tellingOfBreaks(recorder, by, hold) : recorder
  return { kind: 'reply', reply: answer.reply, observer }
}

/** The connection is cut whatever `onUnhandled` does. */
function holdBreak(upstream: string, error: unknown, hold: (reason: string) => void): void {
  const isOurs = error instanceof MockberthError
  const reason = isOurs
    ? error.message
    : `the reply of the upstream ${upstream} broke: ${describeError(error)}`
  try {
    hold(reason)
  } catch (problem) {
    console.error(`mockberth: ${reason}; ${describeError(problem)}`)
  }
}

/** A reply of the upstream that breaks is none, though it began well. */
function tellingOfBreaks(
  recorder: ExchangeRecorder,
  { label }: Candidate,
  hold: (reason: string) => void,
): ExchangeRecorder {
  return {
    ...recorder,
    cut(why, error) {
      recorder.cut(why)
      if (why === 'failed') holdBreak(label, error, hold)
    },
  }
}

function unhandledPolicy({ name, definition }: ApiPlan, request: ExchangeRequest): UnhandledPolicy {
  const { onUnhandled = 'fail' } = definition
  if (typeof onUnhandled !== 'function') return onUnhandled
  const policy: unknown = onUnhandled(request)
  if (policy === 'fail' || policy === 'warn' || policy === 'ignore') return policy
  const takes = "a function that returns 'fail', 'warn' or 'ignore'"
  throw invalidOption(`the API ${name}`, 'onUnhandled', policy, takes)
}

function modeText({ mode, upstream, recording }: ApiPlan): string {
  if (mode === 'replay') {
    return recording === undefined
      ? 'in the mode replay nothing leaves this machine'
      : `${recording} has no entry for it`
  }
  return upstream === undefined ? 'no upstream is declared' : `the mode is ${mode}`
}
