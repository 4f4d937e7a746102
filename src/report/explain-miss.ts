import type { Candidate, Difference, Miss, MissedRequest } from '../contract/index.ts'
import { describeCandidate } from './candidate.ts'
import { nearestOf, type NearMiss } from './near-misses/nearest.ts'
import { pasteReadyHandler, type Telling } from './near-misses/paste-ready.ts'

/** How many of what could have answered are told. */
const TOLD = 3

/** How many differences of each. */
const MOST_DIFFERENCES = 8

/** What is known about a request that nothing answered. */
export interface Unanswered {
  readonly api: string
  readonly missed: Pick<MissedRequest, 'facts' | 'content'>
  /** As a handler sees it. */
  readonly url: string
  /** What could have answered it. */
  readonly misses: Iterable<Miss>
  /** What else explains that there was no answer. */
  readonly notes: readonly string[]
  /** The handler that left the request to the mode, if one did. */
  readonly forwardedBy: Candidate | undefined
  /** Why the mode had nothing to say. */
  readonly mode: string
}

/** Why a request was not answered, for programs. */
export interface Explanation {
  readonly code: 'UNHANDLED_REQUEST'
  readonly request: { readonly api: string; readonly method: string; readonly url: string }
  readonly nearest: readonly Nearest[]
  readonly notes: readonly string[]
  /** Code of a handler that answers it; empty where none can. */
  readonly handler: string
  /** All of it, for people. */
  readonly message: string
}

interface Nearest extends Pick<Candidate, 'kind' | 'label'> {
  readonly source: string | undefined
  readonly differences: readonly Difference[]
}

/** The methods of which Fetch has no requests, and MSW no handlers. */
const FORBIDDEN = /^(?:CONNECT|TRACE|TRACK)$/i

/** Says what came, what almost answered it, and what to do; for the reply and for the test. */
export async function explainMiss(unanswered: Unanswered): Promise<Explanation> {
  const { api, missed, url, forwardedBy } = unanswered
  const { method } = missed.facts
  const near = await nearestOf(othersThan(forwardedBy, unanswered.misses), TOLD)
  const notes = [
    ...(forwardedBy === undefined
      ? []
      : [`The handler ${describeCandidate(forwardedBy)} passed it on, and ${unanswered.mode}.`]),
    ...unanswered.notes,
  ]
  const handler = FORBIDDEN.test(method)
    ? ''
    : pasteReadyHandler({
        api,
        request: missed.facts,
        body: missed.content,
        telling: tellingFrom(near),
      })
  const message = [
    `Unhandled request to ${api}: ${method} ${url}`,
    ...notes,
    ...(near.length === 0 && forwardedBy !== undefined ? [] : [listNearest(api, near)]),
    handler === ''
      ? `No handler can answer it: Fetch has no requests with the method ${method}.`
      : `Answer it with a handler: in the declaration, or for one test with\n${indent(handler, '  ')}`,
  ].join('\n\n')
  return {
    code: 'UNHANDLED_REQUEST',
    request: { api, method, url },
    nearest: near.map(({ by: { kind, label, source }, differences }) => ({
      kind,
      label,
      source,
      differences: differences.map(({ field, wanted, got }) => ({ field, wanted, got })),
    })),
    notes,
    handler,
    message,
  }
}

/** Who passed the request on is told apart from them. */
function* othersThan(forwardedBy: Candidate | undefined, misses: Iterable<Miss>): Generator<Miss> {
  for (const miss of misses) {
    if (forwardedBy === undefined || miss.describe() !== forwardedBy) yield miss
  }
}

function listNearest(api: string, near: readonly NearMiss[]): string {
  if (near.length === 0) return `${api} has no handlers and no recorded entries.`
  const heading = near.length === 1 ? 'Nearest to it:' : 'Nearest to it, the nearest first:'
  return [heading, ...near.flatMap(linesOf)].join('\n')
}

function linesOf({ by, differences }: NearMiss): string[] {
  const told = differences.slice(0, MOST_DIFFERENCES)
  const rest = differences.length - told.length
  return [
    `  ${describeCandidate(by)}`,
    ...(differences.length === 0 ? [`    ${fitText(by)}`] : []),
    ...told.map(({ field, wanted, got }) => `    ${field}: takes ${wanted}, got ${got}`),
    ...(rest > 0 ? [`    … and ${rest} more`] : []),
  ]
}

/** An entry that fits gives an answer, or had its turn. */
function fitText({ kind }: Candidate): string {
  return kind === 'entry'
    ? 'it fits but for its body, which is too large or nested too deeply to be compared here'
    : 'it fits, and gave no answer'
}

/** Where only such things tell a request from a recorded one, the handler must not take both. */
function tellingFrom(near: readonly NearMiss[]): Telling {
  const found = near
    .filter(({ by }) => by.kind === 'entry')
    .map(({ differences }) => differences)
    .filter((differences) =>
      differences.every(({ field }) => !/^(?:method|path|origin)/.test(field)),
    )
    .flat()
  const headers = found.map(({ field }) => /^header (.*)$/.exec(field)?.[1])
  return {
    parameters: unique(found.map(({ parameter }) => parameter)),
    headers: unique(headers),
    isBody: found.some(({ field }) => field.startsWith('body')),
  }
}

function unique(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))]
}

function indent(text: string, by: string): string {
  return text.replaceAll(/^/gm, by)
}
