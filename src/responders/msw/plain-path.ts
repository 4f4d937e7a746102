import { LONG_PATH } from './parse-any-path.ts'

/**
 * What a pattern says about paths, as far as it can be told without MSW: the whole segments at its
 * start, or those at its end where it begins with `*`.
 */
export interface PlainPath {
  readonly anchor: 'start' | 'end'
  readonly segments: readonly PlainSegment[]
  /** Whether there is nothing else in the pattern. */
  readonly isWhole: boolean
}

export interface PlainSegment {
  readonly kind: 'literal' | 'name'
  readonly text: string
}

/** The path of a request that no rule about dots, empty segments or encoded literals touches. */
export interface PlainTarget {
  /** As the client wrote them. */
  readonly segments: readonly string[]
  /** Without their encoding; undefined where that is none. */
  readonly values: readonly string[] | undefined
  /** Whether a slash follows its last segment. */
  readonly endsWithSlash: boolean
}

/** What stands for the names in a pattern. */
export type Params = Readonly<Record<string, string>>

const TARGET = /^\/[\w~.\-@:,;=+!$&'()*/%]*$/
/** What a literal may be encoded as: msw 3 takes both for the same. */
const ENCODED_LITERAL = /%(?:2[d-f]|3\d|4[1-9a-f]|5[\daf]|6[1-9a-f]|7[\dae])/i
/** URLs do not show their default port. */
const ORIGIN = /^https?:\/\/[\w.-]+(?::(?!(?:80|443)$)\d+)?$/
const DOTS = /^\.\.?$/
const LITERAL = /^[\w~.-]+$/
const NAME = /^:([A-Za-z_]\w*)$/
/** What may follow whole segments in a pattern: msw 2 throws at some others. */
const REST = /^(?:\*|:[A-Za-z_]\w*[?*+]|[\w~.-]*(?::[A-Za-z_][\w~.-]*)?)$/

/** @param target origin form: path and query */
export function plainTargetOf(target: string): PlainTarget | undefined {
  const query = target.indexOf('?')
  const path = query === -1 ? target : target.slice(0, query)
  if (path.length > LONG_PATH || !TARGET.test(path) || path.includes('//')) return undefined
  if (ENCODED_LITERAL.test(path)) return undefined
  if (path === '/') return { segments: [], values: [], endsWithSlash: false }
  const endsWithSlash = path.endsWith('/')
  const segments = path.slice(1, endsWithSlash ? -1 : undefined).split('/')
  if (segments.some((segment) => DOTS.test(segment))) return undefined
  return { segments, values: path.includes('%') ? decoded(segments) : segments, endsWithSlash }
}

/** At some msw 2 throws, where msw 3 leaves them as they are. */
function decoded(segments: readonly string[]): string[] | undefined {
  try {
    return segments.map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/**
 * @param pattern the path of a handler
 * @param origin that of the URLs which handlers see
 * @returns undefined where it may fit any path
 */
export function plainPathOf(pattern: string, origin: string): PlainPath | undefined {
  if (!ORIGIN.test(origin)) return undefined
  if (pattern === '*') return { anchor: 'end', segments: [], isWhole: true }
  const path = pathBehindOrigin(pattern, origin)
  if (path === undefined) return undefined
  const parts = path === '' ? [] : path.split('/')
  if (parts.some((part) => DOTS.test(part) || !REST.test(part))) return undefined
  const segments = wholeSegments(parts)
  const isWhole = segments.length === parts.length
  if (!pattern.startsWith('*')) return { anchor: 'start', segments, isWhole }
  return isWhole && segments.length > 0 ? { anchor: 'end', segments, isWhole } : undefined
}

function pathBehindOrigin(pattern: string, origin: string): string | undefined {
  const start = ['*/', `${origin}/`, '/'].find((one) => pattern.startsWith(one)) ?? ''
  const path = pattern.slice(start.length)
  const isElsewhere = start === '' ? pattern === '' || /^[^/]*:/.test(path) : path.startsWith('/')
  return isElsewhere ? undefined : path
}

/** Those before the first that is something else, or has the name of another. */
function wholeSegments(parts: readonly string[]): PlainSegment[] {
  const segments: PlainSegment[] = []
  for (const part of parts) {
    const name = NAME.exec(part)?.[1]
    const isKnown = segments.some(({ kind, text }) => kind === 'name' && text === name)
    if (isKnown || (name === undefined && !LITERAL.test(part))) break
    segments.push({ kind: name === undefined ? 'literal' : 'name', text: name ?? part })
  }
  return segments
}

/**
 * The params with which a pattern fits a request that has its segments, in whatever case.
 *
 * @returns undefined where MSW has to say whether it does: of paths that differ in case, for
 * example, msw 2 takes all and msw 3 none
 */
export function paramsOf(path: PlainPath, target: PlainTarget, origin: string): Params | undefined {
  const { segments, anchor } = path
  const { values } = target
  if (!path.isWhole || target.endsWithSlash || values === undefined) return undefined
  const before = anchor === 'start' ? 0 : values.length - segments.length
  if (before < 0) return undefined
  const params = Object.create(null) as Record<string, string>
  if (anchor === 'end') {
    const rest = segments.length === 0 ? values : values.slice(0, before)
    params[0] = [origin, ...rest].join('/') + (values.length === 0 ? '/' : '')
  }
  for (let index = 0; index < segments.length; index++) {
    const { kind, text } = segments[index]!
    const given = values[before + index]!
    if (kind === 'name') params[text] = given
    else if (text !== given) return undefined
  }
  return params
}
