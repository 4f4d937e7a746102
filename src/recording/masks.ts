import { filterHeaders, headerValue, type RequestFacts } from '../contract/index.ts'
import type { Json } from './json-paths.ts'
import type { MatchRules } from './match.ts'
import { decodePercents } from './pairs.ts'
import { hasPlaceholder, splitAtPlaceholders } from './redaction/placeholder.ts'

// A secret was taken out of a recorded request before it was written; what stands in its place
// matches any value.

/** Where a recorded request has placeholders, its body apart. */
export interface PlaceMask {
  /** Numbers of path segments. */
  readonly segments: readonly number[]
  /** Names of query parameters. */
  readonly query: readonly string[]
  /** Names of headers that must agree. */
  readonly headers: readonly string[]
}

/** Where its body has them: in values of JSON, in form fields, or between pieces of text. */
export type BodyMask =
  | { readonly kind: 'json'; readonly paths: readonly Path[] }
  | { readonly kind: 'form'; readonly names: readonly string[] }
  | { readonly kind: 'text'; readonly pieces: readonly string[] }

type Path = readonly (string | number)[]

const ANY = '*'
const FORM = /^application\/x-www-form-urlencoded\b/i

/** @param compared names of the headers that must agree */
export function placeMaskOf(
  { path, query, rawHeaders }: RequestFacts,
  compared: readonly string[],
): PlaceMask | undefined {
  const segments = path
    .split('/')
    .flatMap((segment, index) => (hasPlaceholder(segment) ? [index] : []))
  const headers = compared.filter((name) => hasPlaceholder(headerValue(rawHeaders, name) ?? ''))
  const mask = { segments, query: maskedNames(query), headers }
  return segments.length + mask.query.length + headers.length === 0 ? undefined : mask
}

/** The request with anything where the mask says so. */
export function maskPlace(facts: RequestFacts, mask: PlaceMask): RequestFacts {
  const isMasked = new Set(mask.headers.map((name) => name.toLowerCase()))
  const kept = filterHeaders(facts.rawHeaders, (name) => !isMasked.has(name))
  return {
    ...facts,
    path: facts.path
      .split('/')
      .map((segment, index) => (mask.segments.includes(index) ? ANY : segment))
      .join('/'),
    query: maskPairs(facts.query, mask.query),
    rawHeaders: [...kept, ...mask.headers.flatMap((name) => [name, ANY])],
  }
}

export function bodyMaskOf(facts: RequestFacts, rules: MatchRules): BodyMask | undefined {
  const { body, rawHeaders } = facts
  if (body === undefined) return undefined
  const text = Buffer.from(body).toString()
  if (!hasPlaceholder(text)) return undefined
  if (FORM.test(headerValue(rawHeaders, 'content-type') ?? '')) {
    return { kind: 'form', names: maskedNames(text) }
  }
  const json = parseJson(text)
  const paths = json === undefined ? [] : maskedPaths(json, [])
  if (paths.length > 0) return { kind: 'json', paths }
  const pieces = splitAtPlaceholders(rules.wholeBody(facts) ?? '')
  return pieces.length < 2 ? undefined : { kind: 'text', pieces }
}

/** The request with anything in its body where the mask says so; undefined where it has nothing there. */
export function maskBody(
  facts: RequestFacts,
  mask: BodyMask,
  rules: MatchRules,
): RequestFacts | undefined {
  if (mask.kind === 'text') return maskText(facts, mask.pieces, rules)
  const text = Buffer.from(facts.body ?? []).toString()
  if (mask.kind === 'form') return { ...facts, body: Buffer.from(maskPairs(text, mask.names)) }
  const json = parseJson(text)
  if (json === undefined || !mask.paths.every((path) => setAny(json, path))) return undefined
  return { ...facts, body: Buffer.from(JSON.stringify(json)) }
}

/** Nothing but the pieces is left of it: of its type, what they were cut from has said all. */
function maskText(
  facts: RequestFacts,
  pieces: readonly string[],
  rules: MatchRules,
): RequestFacts | undefined {
  if (!hasPieces(rules.wholeBody(facts) ?? '', pieces)) return undefined
  return { ...facts, rawHeaders: [], body: Buffer.from(pieces.join(ANY)) }
}

/** Whether a text is these pieces, of which there are two at least, in order, with something between. */
export function hasPieces(text: string, pieces: readonly string[]): boolean {
  if (pieces.length < 2) return false
  const first = pieces[0]!
  const last = pieces.at(-1)!
  const end = text.length - last.length
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at + 1)
    if (found < 0) return false
    at = found + piece.length
  }
  return at < end
}

function maskedNames(pairs: string): string[] {
  const masked = pairs.split('&').filter((pair) => hasPlaceholder(decodePercents(pair)))
  return [...new Set(masked.map(nameOf))].toSorted()
}

function maskPairs(pairs: string, names: readonly string[]): string {
  if (names.length === 0) return pairs
  return pairs
    .split('&')
    .map((pair) => (names.includes(nameOf(pair)) ? `${pair.split('=', 1)[0]}=${ANY}` : pair))
    .join('&')
}

function nameOf(pair: string): string {
  return decodePercents(pair.split('=', 1)[0]!.replaceAll('+', ' '))
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function maskedPaths(value: Json, path: Path): Path[] {
  if (typeof value === 'string' || typeof value === 'number') {
    return hasPlaceholder(String(value)) ? [path] : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Array.isArray(value)
    ? value.flatMap((one, index) => maskedPaths(one, [...path, index]))
    : Object.keys(value).flatMap((key) => maskedPaths(value[key]!, [...path, key]))
}

/** Whether there was a text or a number at that path. */
function setAny(json: Json, path: Path): boolean {
  let holder: Json | undefined = json
  for (const step of path.slice(0, -1)) holder = (holder as Record<string, Json> | null)?.[step]
  const last = path.at(-1)
  if (last === undefined || typeof holder !== 'object' || holder === null) return false
  const values = holder as Record<string | number, Json>
  if (!Object.hasOwn(values, last) || !/^(?:string|number)$/.test(typeof values[last])) return false
  values[last] = ANY
  return true
}
