import {
  headerValue,
  splitTarget,
  type Candidate,
  type Miss,
  type MissedRequest,
  type MockRequest,
  type Responder,
  type Scope,
} from '../contract/index.ts'
import { bodyContent } from '../recording/body-content.ts'
import { undoEncodingWithin } from '../recording/undo-encoding.ts'
import { explainMiss, type Explanation } from '../report/explain-miss.ts'
import { codingsOf } from '../wire/content-encoding.ts'
import type { AskedApi } from './answer.ts'
import type { ApiPlan } from './plan.ts'

/** Explains why nothing answered a request. */
export async function explainUnanswered(
  { plan, responders, origin }: AskedApi,
  request: MockRequest,
  scope: Scope,
  forwardedBy: Candidate | undefined,
): Promise<Explanation> {
  const missed = await readMissed(request)
  return explainMiss({
    api: plan.name,
    missed,
    url: origin + request.target,
    misses: missesOf(responders, missed, scope),
    notes: responders.flatMap((responder) => [...(responder.notes?.(request) ?? [])]),
    forwardedBy,
    mode: modeText(plan),
  })
}

function* missesOf(
  responders: readonly Responder[],
  missed: MissedRequest,
  scope: Scope,
): Generator<Miss> {
  for (const responder of responders) yield* responder.misses?.(missed, scope) ?? []
}

async function readMissed(request: MockRequest): Promise<MissedRequest> {
  const { method, target, rawHeaders } = request
  const body = await keptBody(request)
  return {
    request,
    facts: { method, ...splitTarget(target), rawHeaders, body },
    content: body && bodyContent(body, headerValue(rawHeaders, 'content-type')),
  }
}

/**
 * The body; undefined where it is larger than what is kept of it, or never came whole. The reply
 * waits for that anyway.
 */
async function keptBody({ body, rawHeaders }: MockRequest): Promise<Uint8Array | undefined> {
  const { kept } = body
  try {
    for await (const _ of body.present ? body.stream() : []) if (kept.cut > 0) break
  } catch {
    return undefined
  }
  return kept.cut > 0 ? undefined : undoEncodingWithin(kept.bytes, codingsOf(rawHeaders)).bytes
}

function modeText({ mode, upstream, recording }: ApiPlan): string {
  if (mode === 'replay') {
    return recording === undefined
      ? 'in the mode replay nothing leaves this machine'
      : `${recording} has no entry for it`
  }
  return upstream === undefined ? 'no upstream is declared' : `the mode is ${mode}`
}
