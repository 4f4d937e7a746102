import {
  headerValue,
  headerValues,
  toHeaders,
  type BodyContent,
  type RawHeaders,
  type RequestFacts,
} from '../contract/index.ts'
import { describeError, MockberthError } from '../errors.ts'
import { bodyContent } from './body-content.ts'
import { bodyMeaning, wholeMeaning } from './body-meaning.ts'
import { compileForget } from './json-paths.ts'
import { decodePercents, sortedPairs, withoutPairs } from './pairs.ts'

/** What of a request decides which entry answers it; `normalize` may change any of it. */
export interface MatchedRequest {
  method: string
  /** Without the query, percent-encoded as on the wire. */
  path: string
  query: URLSearchParams
  headers: Headers
  /** As text in UTF-8. */
  body: string
}

/** What of a request may vary, though it is the same request. */
export interface MatchDefinition {
  /** Query parameters that do not count. */
  readonly ignoreQuery?: readonly string[]
  /** JSON paths (RFC 9535) of body fields that do not count: `$.user`, `$..id`. */
  readonly ignoreBody?: readonly string[]
  /** Headers that must agree. Default: none must; those about negotiation decide between equals. */
  readonly headers?: readonly string[]
  /** Changes what is compared, of requests and of entries alike: dates in paths, random ids. */
  readonly normalize?: (request: MatchedRequest) => void
}

/** A {@link MatchDefinition}, ready to use. */
export interface MatchRules {
  /** Equal for requests to the same place. */
  place(facts: RequestFacts): string
  /** Equal for bodies that mean the same; undefined for one that nobody knows. */
  body(facts: RequestFacts): string | undefined
  /** The same, however long; undefined for a body that nobody knows, or that is too large for it. */
  wholeBody(facts: RequestFacts): string | undefined
  /** What counts of a path, for a report. */
  comparedPath(path: string): string
  /** What counts of a query, for a report. */
  comparedQuery(query: string): string
  /** What counts of a body, for a report; undefined where nobody knows it. */
  comparedBody(facts: RequestFacts): BodyContent | undefined
  /**
   * Applies `normalize`.
   * @throws `INVALID_OPTION` when it throws
   */
  normalized(facts: RequestFacts, what: string): RequestFacts
  readonly needsBodyForPlace: boolean
  /** Names of the headers that must agree. */
  readonly headers: readonly string[]
}

/** @throws `INVALID_OPTION` naming a JSON path that is none */
export async function compileMatch(
  where: string,
  definition: MatchDefinition,
): Promise<MatchRules> {
  const { ignoreQuery = [], ignoreBody = [], headers = [], normalize } = definition
  const forget = await compileForget(where, ignoreBody)
  return {
    needsBodyForPlace: normalize !== undefined,
    headers,
    place({ method, path, query, rawHeaders }) {
      const place = `${method} ${canonicalPath(path)}?${sortedPairs(query, ignoreQuery)}`
      if (headers.length === 0) return place
      return `${place} ${JSON.stringify(headers.map((name) => allValues(rawHeaders, name)))}`
    },
    body: ({ body, rawHeaders }) =>
      body && bodyMeaning(body, headerValue(rawHeaders, 'content-type'), forget),
    wholeBody: ({ body, rawHeaders }) =>
      body && wholeMeaning(body, headerValue(rawHeaders, 'content-type'), forget),
    comparedPath: (path) => (/\.|%2e/i.test(path) ? plainPath(path) : path),
    comparedQuery: (query) => (ignoreQuery.length === 0 ? query : withoutPairs(query, ignoreQuery)),
    comparedBody: ({ body, rawHeaders }) =>
      body && bodyContent(body, headerValue(rawHeaders, 'content-type'), forget),
    normalized: (facts, what) =>
      normalize === undefined ? facts : applyNormalize(facts, normalize, `${where}, ${what}`),
  }
}

function applyNormalize(
  facts: RequestFacts,
  normalize: (request: MatchedRequest) => void,
  what: string,
): RequestFacts {
  const text = facts.body === undefined ? '' : Buffer.from(facts.body).toString()
  let body: string | undefined
  const request: MatchedRequest = {
    method: facts.method,
    path: facts.path,
    query: new URLSearchParams(facts.query),
    headers: toHeaders(acceptable(facts.rawHeaders)),
    get body() {
      return body ?? text
    },
    // Also a body that nobody knows is known when it was set.
    set body(set) {
      body = set
    },
  }
  callNormalize(normalize, request, what)
  return {
    method: request.method,
    path: request.path,
    query: request.query.toString(),
    rawHeaders: [...request.headers].flat(),
    body: body === undefined || (facts.body && body === text) ? facts.body : Buffer.from(body),
  }
}

function callNormalize(
  normalize: (request: MatchedRequest) => unknown,
  request: MatchedRequest,
  what: string,
): void {
  try {
    const result = normalize(request)
    if (!(result instanceof Promise)) return
    result.catch(() => {})
  } catch (error) {
    const message = `${what}: match.normalize threw; mend it, it is called with every request and every entry: ${describeError(error)}`
    throw new MockberthError('INVALID_OPTION', message, { cause: error })
  }
  const message = `${what}: match.normalize returned a promise; make it synchronous.`
  throw new MockberthError('INVALID_OPTION', message)
}

/** Recorded values may hold what `Headers` refuses. */
function acceptable(rawHeaders: RawHeaders): RawHeaders {
  return rawHeaders.map((text, index) =>
    index % 2 === 0 ? text : text.replaceAll(/[^\t\u0020-\u00FF]/g, ' '),
  )
}

function allValues(rawHeaders: RawHeaders, name: string): string | null {
  const found = headerValues(rawHeaders, name.toLowerCase())
  return found.length === 0 ? null : found.join(', ')
}

/** A path in which equal things are written alike; an encoded slash is none that separates. */
function canonicalPath(path: string): string {
  const decoded = decodePercents(path, /%2f|%25/i)
  return hasDots(decoded) ? withoutDots(decoded) : decoded
}

/** A path without segments of dots, and otherwise as it is written. */
function plainPath(path: string): string {
  const dotted = path.replaceAll(/%2e/gi, '.')
  return hasDots(dotted) ? withoutDots(dotted) : path
}

function hasDots(path: string): boolean {
  return /(?:^|\/)\.\.?(?:\/|$)/.test(path)
}

/** The path to which segments of dots lead (RFC 3986 §5.2.4). */
function withoutDots(path: string): string {
  const segments: string[] = []
  const given = path.replace(/^\//, '').split('/')
  for (const segment of given) {
    if (segment === '..') segments.pop()
    else if (segment !== '.') segments.push(segment)
  }
  const endsInDots = /^\.\.?$/.test(given.at(-1)!)
  return `/${segments.join('/')}${endsInDots && segments.length > 0 ? '/' : ''}`
}
