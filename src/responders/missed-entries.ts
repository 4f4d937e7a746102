import {
  headerValues,
  type ComparedRequest,
  type Difference,
  type Miss,
  type RawHeaders,
  type RequestFacts,
} from '../contract/index.ts'
import type { RecordedEntry } from '../recording/entry.ts'
import type { MatchRules } from '../recording/match.ts'
import { factsOf } from '../recording/replay-index.ts'
import { candidateOf } from './recorded-answers.ts'

/** How entries are compared with a request that none of them answered. */
export interface MissedComparison {
  readonly rules: MatchRules
  readonly facts: RequestFacts
  /** Those that are for it, and had their turn. */
  readonly spent: readonly RecordedEntry[]
}

const HAD_ITS_TURN: readonly Difference[] = [
  { field: 'times', wanted: "one request (sequence is 'once')", got: 'another' },
]

/** The entries of a file as what could have answered a request, compared as their rules have it. */
export function* missedEntries(
  file: string,
  entries: readonly RecordedEntry[],
  { rules, facts, spent }: MissedComparison,
): Generator<Miss> {
  const asked = compared(rules.normalized(facts, `${facts.method} ${facts.path}`), rules)
  for (const entry of entries) {
    const wanted = factsOf(entry, rules)
    yield {
      asked,
      place: { method: wanted.method, path: rules.comparedPath(wanted.path) },
      details: () =>
        Object.assign(compared(wanted, rules), spent.includes(entry) && { others: HAD_ITS_TURN }),
      describe: () => candidateOf(file, entry),
    }
  }
}

/** What of a request counts. Its body is looked at when somebody asks for it. */
function compared(facts: RequestFacts, rules: MatchRules): ComparedRequest {
  const { method, path, query, rawHeaders } = facts
  let body: ComparedRequest['body']
  let isKnown = false
  return {
    method,
    path: rules.comparedPath(path),
    query: rules.comparedQuery(query),
    headers: comparedHeaders(rawHeaders, rules.headers),
    get body() {
      if (!isKnown) body = rules.comparedBody(facts)
      isKnown = true
      return body
    },
  }
}

const NO_HEADERS: ReadonlyMap<string, string | undefined> = new Map()

function comparedHeaders(
  rawHeaders: RawHeaders,
  names: readonly string[],
): ReadonlyMap<string, string | undefined> {
  if (names.length === 0) return NO_HEADERS
  return new Map(names.map((name) => [name, allValues(rawHeaders, name)]))
}

function allValues(rawHeaders: RawHeaders, name: string): string | undefined {
  const values = headerValues(rawHeaders, name.toLowerCase())
  return values.length === 0 ? undefined : values.join(', ')
}
