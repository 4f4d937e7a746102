import { setTimeout } from 'node:timers/promises'
import type { Answer, Candidate, MockRequest, Responder, Scope } from '../contract/index.ts'
import type { RecordedEntry } from '../recording/entry.ts'
import { rewriteReply, type MockUrls, type RewriteUrls } from '../recording/links.ts'
import type { Recording } from '../recording/load.ts'
import { explainSkipped } from '../recording/skipped.ts'
import type { MatchRules, RequestFacts } from '../recording/match.ts'
import { createReplayIndex, type ReplayIndex } from '../recording/replay-index.ts'
import { createTurns, type Sequence, type Turns } from '../recording/turns.ts'

/** How a recording is replayed. */
export interface ReplayOptions {
  readonly rules: MatchRules
  readonly sequence: Sequence
  readonly rewriteUrls: RewriteUrls
  /** Recorded waits are multiplied by this; 0 for none. */
  readonly timing: number
  /** Only entries of this origin are replayed; all, where it is undefined. */
  readonly origin: string | undefined
  /** Asked at each reply: the servers of a set know each other's ports only when all are up. */
  mockUrls(): MockUrls
}

/** A recording as a responder. */
export function createReplayResponder(recording: Recording, options: ReplayOptions): Responder {
  const { rules, origin, sequence } = options
  const entries = recording.entries.filter(
    ({ request }) => origin === undefined || request.url.origin === origin,
  )
  const index = createReplayIndex(entries, rules)
  const turns = new WeakMap<Scope, Turns>()
  const replies = new WeakMap<RecordedEntry, Answer>()

  const turnsIn = (scope: Scope): Turns => {
    const known = turns.get(scope) ?? createTurns(sequence)
    turns.set(scope, known)
    return known
  }
  const toAnswer = (entry: RecordedEntry, method: string): Answer => {
    if (method === 'HEAD' && entry.answer.kind === 'body-missing') {
      const reply = rewriteReply(entry.answer.head, options.mockUrls(), options.rewriteUrls)
      return { kind: 'reply', reply, by: candidateOf(recording, entry) }
    }
    const known = replies.get(entry)
    if (known !== undefined) return known
    const urls = options.mockUrls()
    const answer = answerOf(entry, candidateOf(recording, entry), urls, options.rewriteUrls)
    // Before all servers of the set are up, there are no URLs.
    if (urls.size > 0) replies.set(entry, answer)
    return answer
  }

  const answerWith = (
    found: Found,
    request: MockRequest,
    scope: Scope,
  ): ReturnType<Responder['answer']> => {
    // A HEAD that a GET answers looks at its reply, and leaves it to the GET to come.
    const take = found.isForOtherMethod ? turnsIn(scope).current : turnsIn(scope).take
    const entry = take(found.entries)
    if (entry === undefined) return undefined
    const wait = entry.wait * options.timing
    return wait === 0
      ? toAnswer(entry, request.method)
      : waited(wait, request.signal).then(() => toAnswer(entry, request.method))
  }

  return {
    answer(request, scope) {
      const found = findEntries(request, index, rules)
      return found instanceof Promise
        ? found.then((later) => answerWith(later, request, scope))
        : answerWith(found, request, scope)
    },
    *candidates() {
      for (const entry of entries) yield candidateOf(recording, entry)
    },
    notes: () => explainSkipped(recording, origin),
    reset: (scope) => void turns.delete(scope),
  }
}

interface Found {
  readonly entries: readonly RecordedEntry[]
  /** The request is a HEAD, and these are of a GET. */
  readonly isForOtherMethod: boolean
}

const NOTHING: Found = { entries: [], isForOtherMethod: false }

/** Only a body takes time to come. */
function findEntries(
  request: MockRequest,
  index: ReplayIndex,
  rules: MatchRules,
): Found | Promise<Found> {
  const { method, target, rawHeaders } = request
  const queryAt = target.indexOf('?')
  const path = queryAt < 0 ? target : target.slice(0, queryAt)
  const query = queryAt < 0 ? '' : target.slice(queryAt + 1)
  const head = { method, path, query, rawHeaders, body: undefined }
  if (!request.body.present) return findFor({ ...head, body: NO_BODY }, index, rules)
  const isElsewhere = !rules.needsBodyForPlace && !index.hasPlace(head) && method !== 'HEAD'
  if (isElsewhere) return NOTHING
  return readBody(request).then((body) => findFor({ ...head, body }, index, rules))
}

const NO_BODY = new Uint8Array()

function findFor(sent: RequestFacts, index: ReplayIndex, rules: MatchRules): Found {
  const facts = rules.normalized(sent, `${sent.method} ${sent.path}`)
  const entries = index.find(facts)
  if (entries.length > 0 || facts.method !== 'HEAD') return { entries, isForOtherMethod: false }
  return { entries: index.find({ ...facts, method: 'GET' }), isForOtherMethod: true }
}

async function readBody({ body }: MockRequest): Promise<Uint8Array> {
  return new Uint8Array(await new Response(body.stream()).arrayBuffer())
}

function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal }).catch(() => {})
}

function answerOf(
  entry: RecordedEntry,
  by: Candidate,
  urls: MockUrls,
  rewriteUrls: RewriteUrls,
): Answer {
  const { answer } = entry
  if (answer.kind === 'drop') return { kind: 'drop', how: 'reset', by }
  if (answer.kind === 'body-missing') return bodyMissing(answer.reason, by)
  return { kind: 'reply', reply: rewriteReply(answer.reply, urls, rewriteUrls), by }
}

function bodyMissing(why: string, by: Candidate): Answer {
  const reason = `RECORDED_BODY_MISSING: ${by.source} (${by.label}): ${why}. Record it again with bodies, or answer it with a handler.`
  return { kind: 'failure', status: 501, reason, by }
}

function candidateOf(recording: Recording, { number, request }: RecordedEntry): Candidate {
  const { method, url } = request
  return {
    kind: 'entry',
    label: `${method} ${url.pathname}${url.search}`,
    source: `${recording.file}, entry ${number}`,
  }
}
