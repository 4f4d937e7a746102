import type { Candidate, MockRequest, UnhandledRequest } from '../contract/index.ts'
import { MockberthError } from '../errors.ts'

/** How many candidates an explanation lists before it only counts them. */
const LISTED = 20

/** What is known about a request that nothing answered. */
export interface Miss {
  readonly api: string
  readonly request: Pick<MockRequest, 'method' | 'target'>
  readonly candidates: Iterable<Candidate>
  /** What else explains that there was no answer. */
  readonly notes: readonly string[]
  /** The handler that left the request to the mode, if one did. */
  readonly forwardedBy: Candidate | undefined
  /** Why the mode had nothing to say. */
  readonly mode: string
}

/** Says what came, what was declared, and what to do; for the 501's body and for the test. */
export function explainMiss({ api, request, candidates, notes, forwardedBy, mode }: Miss): string {
  const all = [...candidates]
  return [
    `Unhandled request to ${api}: ${request.method} ${request.target}`,
    '',
    ...(forwardedBy === undefined
      ? listCandidates(api, all)
      : [`The handler ${describeCandidate(forwardedBy)} passed it on, and ${mode}.`]),
    ...notes.flatMap((note) => ['', note]),
    '',
    `Answer it with a handler: in the declaration, or for one test with`,
    `  apis.${api}.use(http.${handlerMethod(request.method)}('${handlerPath(request.target)}', () => HttpResponse.json({})))`,
  ].join('\n')
}

/** Says what came, and why the upstream gave no answer. */
export function explainFailure(
  api: string,
  { method, target }: Pick<MockRequest, 'method' | 'target'>,
  reason: string,
): string {
  return `Unanswered request to ${api}: ${method} ${target}\n\n${reason}`
}

/**
 * The error for requests that nothing answered. It has no stack: the place that noticed them says
 * nothing about the place that made them.
 */
export function unhandledError(texts: readonly string[]): MockberthError {
  const error = new MockberthError('UNHANDLED_REQUEST', texts.join('\n\n'))
  error.stack = `${error.name}: ${error.message}`
  return error
}

/** All explanations as one text, equal ones counted. */
export function explainUnhandled(heading: string, requests: readonly UnhandledRequest[]): string {
  const counts = new Map<string, number>()
  for (const { explanation } of requests) {
    counts.set(explanation, (counts.get(explanation) ?? 0) + 1)
  }
  const texts = [...counts].map(([text, count]) =>
    count === 1 ? text : `${text}\n(${count} times)`,
  )
  return [heading, ...texts].join('\n\n')
}

function listCandidates(api: string, candidates: readonly Candidate[]): string[] {
  if (candidates.length === 0) return [`${api} has no handlers.`]
  const hidden = candidates.length - LISTED
  return [
    `None of the handlers of ${api} answers it:`,
    ...candidates.slice(0, LISTED).map((candidate) => `  ${describeCandidate(candidate)}`),
    ...(hidden > 0 ? [`  … and ${hidden} more`] : []),
  ]
}

/** A candidate in words: `GET /users/:login (mocks.ts:7:9, from use())`. */
export function describeCandidate({ kind, label, source }: Candidate): string {
  const origin = kind === 'override' ? ', from use()' : ''
  return source === undefined ? label + origin : `${label} (${source}${origin})`
}

function handlerMethod(method: string): string {
  const name = method.toLowerCase()
  return /^(get|head|post|put|patch|delete|options)$/.test(name) ? name : 'all'
}

function handlerPath(target: string): string {
  return target.split('?', 1)[0]!.replaceAll(/[\\']/g, String.raw`\$&`)
}
