import {
  splitTarget,
  type MockRequest,
  type RequestFacts,
  type Responder,
  type Scope,
} from '../contract/index.ts'
import type { RecordedEntry } from '../recording/entry.ts'
import { explainServed, explainSkipped } from '../recording/explain.ts'
import type { Recording } from '../recording/load.ts'
import type { MatchRules } from '../recording/match.ts'
import { createReplayIndex, type ReplayIndex } from '../recording/replay-index.ts'
import { createTurns, type Sequence, type Turns } from '../recording/turns.ts'
import { undoEncodingWithin } from '../recording/undo-encoding.ts'
import { codingsOf } from '../wire/content-encoding.ts'
import { missedEntries } from './missed-entries.ts'
import { createRecordedAnswers, type AnswerOptions } from './recorded-answers.ts'

/** How a recording is replayed. */
export interface ReplayOptions extends AnswerOptions {
  readonly rules: MatchRules
  readonly sequence: Sequence
  /** Only entries of this origin are replayed; all, where it is undefined. */
  readonly origin: string | undefined
  /** Told the number of each entry that answers. */
  served(entry: number): void
}

/** A recording as a responder. */
export function createReplayResponder(recording: Recording, options: ReplayOptions): Responder {
  const { rules, origin, sequence } = options
  const entries = recording.entries.filter(
    ({ request }) => origin === undefined || request.url.origin === origin,
  )
  const index = createReplayIndex(entries, rules)
  const turns = new WeakMap<Scope, Turns>()
  const answers = createRecordedAnswers(recording.file, options)
  // Of requests that had no answer because all entries for them had their turn.
  const usedUp = new WeakMap<MockRequest, readonly RecordedEntry[]>()

  const turnsIn = (scope: Scope): Turns => {
    const known = turns.get(scope) ?? createTurns(sequence)
    turns.set(scope, known)
    return known
  }
  const answerWith = (
    found: Found,
    request: MockRequest,
    scope: Scope,
  ): ReturnType<Responder['answer']> => {
    // A HEAD that a GET answers looks at its reply, and leaves it to the GET to come.
    const take = found.isForOtherMethod ? turnsIn(scope).current : turnsIn(scope).take
    const entry = take(found.entries)
    if (entry === undefined) {
      if (found.entries.length > 0) usedUp.set(request, found.entries)
      return undefined
    }
    options.served(entry.number)
    return answers(entry, request)
  }

  return {
    answer(request, scope) {
      const found = findEntries(request, index, rules)
      return found instanceof Promise
        ? found.then((later) => answerWith(later, request, scope))
        : answerWith(found, request, scope)
    },
    misses: ({ request, facts }) =>
      missedEntries(recording.file, entries, {
        rules,
        facts,
        spent: usedUp.get(request) ?? [],
      }),
    notes: (request) => [
      ...explainServed(recording, usedUp.get(request) ?? []),
      ...explainSkipped(recording, origin),
    ],
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
  const head = { method, ...splitTarget(target), rawHeaders, body: undefined }
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

/** Without its content-encoding: no two compressors give the same bytes. */
async function readBody({ body, rawHeaders }: MockRequest): Promise<Uint8Array> {
  const bytes = new Uint8Array(await new Response(body.stream()).arrayBuffer())
  return undoEncodingWithin(bytes, codingsOf(rawHeaders)).bytes
}
