import type { Answer, Candidate, MockRequest, Reply } from '../contract/index.ts'
import type { RecordedEntry } from '../recording/entry.ts'
import { rewriteReply, type RewriteUrls } from '../recording/links.ts'
import type { MockUrls } from '../recording/origins.ts'
import { pacedReply, pause } from '../recording/paced.ts'
import type { RecordedReply } from '../recording/response.ts'
import { withOwnMemory } from '../wire/kept-body.ts'

/** What becomes of recorded replies on their way to the client. */
export interface AnswerOptions {
  readonly rewriteUrls: RewriteUrls
  /** Recorded times are multiplied by this; 0 for none. */
  readonly timing: number
  /** Asked at each reply: the servers of a set know each other's ports only when all are up. */
  mockUrls(): MockUrls
}

/** A set keeps no larger bodies of its own: each that is rewritten would be there once more. */
const MOST_KEPT = 64 * 1024

/** Turns entries into answers. */
export function createRecordedAnswers(
  file: string,
  { rewriteUrls, timing: factor, mockUrls }: AnswerOptions,
): (entry: RecordedEntry, request: MockRequest) => Answer | Promise<Answer> {
  const known = new WeakMap<RecordedEntry, Answer>()
  const rewritten = (reply: Reply): Reply => rewriteReply(reply, mockUrls(), rewriteUrls)

  const atOnce = (entry: RecordedEntry, method: string): Answer => {
    if (method === 'HEAD' && entry.answer.kind === 'body-missing') {
      return { kind: 'reply', reply: rewritten(entry.answer.head), by: candidateOf(file, entry) }
    }
    const before = known.get(entry)
    if (before !== undefined) return before
    const answer = answerOf(entry.answer, candidateOf(file, entry), rewritten)
    // Before all servers of the set are up, there are no URLs.
    if (mockUrls().size > 0 && isKept(answer, entry.answer)) known.set(entry, withOwnBody(answer))
    return answer
  }
  const asSlowly = async (entry: RecordedEntry, request: MockRequest): Promise<Answer> => {
    const { answer, timing } = entry
    await pause(timing.wait * factor, request.signal)
    const isPaced = timing.receive > 0 || timing.events !== undefined
    if (answer.kind !== 'reply' || !isPaced) return atOnce(entry, request.method)
    const reply = rewritten(pacedReply(answer.reply, timing, factor))
    return { kind: 'reply', reply, by: candidateOf(file, entry) }
  }
  return (entry, request) => (factor > 0 ? asSlowly(entry, request) : atOnce(entry, request.method))
}

/** An entry as reports name it. */
export function candidateOf(file: string, { number, request }: RecordedEntry): Candidate {
  const { method, url } = request
  return {
    kind: 'entry',
    label: `${method} ${url.pathname}${url.search}`,
    source: `${file}, entry ${number}`,
  }
}

function isKept(answer: Answer, recorded: RecordedReply): boolean {
  if (answer.kind !== 'reply' || recorded.kind !== 'reply') return true
  const { body } = answer.reply
  const isShared = body === undefined || body === recorded.reply.body
  return isShared || (!('next' in body) && body.byteLength <= MOST_KEPT)
}

/** So that the journal does not have to copy it each time. */
function withOwnBody(answer: Answer): Answer {
  if (answer.kind !== 'reply') return answer
  const { body } = answer.reply
  if (body === undefined || 'next' in body || body.byteLength > MOST_KEPT) return answer
  return { ...answer, reply: { ...answer.reply, body: withOwnMemory(body) } }
}

function answerOf(
  recorded: RecordedReply,
  by: Candidate,
  rewritten: (reply: Reply) => Reply,
): Answer {
  if (recorded.kind === 'drop') return { kind: 'drop', how: 'reset', by }
  if (recorded.kind === 'body-missing') return bodyMissing(recorded.reason, by)
  return { kind: 'reply', reply: rewritten(recorded.reply), by }
}

function bodyMissing(why: string, by: Candidate): Answer {
  const reason = `RECORDED_BODY_MISSING: ${by.source} (${by.label}): ${why}. Record it again with bodies, or answer it with a handler.`
  return { kind: 'failure', status: 501, reason, by }
}
