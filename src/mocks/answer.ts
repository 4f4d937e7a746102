import type {
  Answer,
  Candidate,
  ExchangeRequest,
  MockRequest,
  Responder,
  Scope,
} from '../contract/index.ts'
import { describeError } from '../errors.ts'
import { explainMiss } from '../report/unhandled.ts'
import type { ExchangeRecorder } from '../traffic/journal.ts'
import type { Delivery } from '../wire/deliver.ts'
import { textReply } from '../wire/guard.ts'
import type { UnhandledPolicy } from './definition.ts'
import type { ApiPlan } from './plan.ts'
import { invalidOption } from './validate.ts'

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
  let forwardedBy: Candidate | undefined
  for (const responder of responders) {
    const answer = await responder.answer(request, scope)
    if (answer?.kind === 'forward') forwardedBy = answer.by
    else if (answer !== undefined) return deliver(plan, answer, recorder)
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
  const policy = unhandledPolicy(plan, recorder.exchange.request)
  if (policy === 'fail') scope.unhandled.push({ exchange: recorder.exchange, explanation, during })
  if (policy === 'warn') console.warn(`mockberth: ${explanation}`)
  return { kind: 'reply', reply: textReply(501, `mockberth: ${explanation}\n`), observer: recorder }
}

const OUTCOMES = {
  override: 'mocked',
  handler: 'mocked',
  entry: 'replayed',
  upstream: 'forwarded',
} as const

function deliver(
  { name }: ApiPlan,
  answer: Exclude<Answer, { kind: 'forward' }>,
  observer: ExchangeRecorder,
): Delivery {
  if (answer.kind === 'failure') {
    observer.decided('failed', answer.by)
    const reply = textReply(answer.status, `mockberth: ${name}: ${answer.reason}\n`)
    return { kind: 'reply', reply, observer }
  }
  observer.decided(OUTCOMES[answer.by.kind], answer.by)
  return answer.kind === 'drop'
    ? { kind: 'drop', how: answer.how, observer }
    : { kind: 'reply', reply: answer.reply, observer }
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
