import type {
  ComparedRequest,
  Difference,
  Miss,
  MissedRequest,
  WantedDetails,
  WantedPlace,
} from '../../contract/index.ts'
import { operationOf, type Operation } from '../../traffic/graphql.ts'
import type { Mounted } from './fates.ts'
import { handledUrl } from './fetch.ts'
import type { HandlerPattern } from './handler-pattern.ts'
import type { MountedHandler } from './internals.ts'
import { isLongPath } from './parse-any-path.ts'

/** Handlers as what could have answered a request. */
export function* missedHandlers(
  handlers: readonly Mounted[],
  { facts, content }: MissedRequest,
  origin: string,
): Generator<Miss> {
  const { method, path, query } = facts
  const asked: ComparedRequest = { method, origin, path: handledUrl(path, origin).pathname, query }
  const operation = operationOf(facts, content)
  for (const { handler, candidate } of handlers) {
    const { takes } = handler
    yield {
      asked,
      place: { method: takes.method, ...pathOf(takes.path, asked) },
      details: () => detailsOf(handler, asked, operation),
      describe: () => candidate,
    }
  }
}

function detailsOf(
  handler: MountedHandler,
  asked: ComparedRequest,
  operation: Operation | undefined,
): WantedDetails {
  const { takes } = handler
  const operations = operationDifference(takes, operation)
  const isRefused = takes.isPredicate && operations.length === 0 && isPredicateAsked(takes, asked)
  return {
    others: [...operations, ...(isRefused ? [REFUSED] : []), ...(handler.isSpent() ? [SPENT] : [])],
  }
}

/** It is asked about what fits otherwise. Whether an endpoint that is a pattern does is not known. */
function isPredicateAsked({ method, path }: HandlerPattern, asked: ComparedRequest): boolean {
  const isThere = path === undefined || path === '*' || path === `${asked.origin}${asked.path}`
  return isThere && fitsMethod(method, asked.method)
}

const REFUSED: Difference = {
  field: 'predicate',
  wanted: 'what it returns true for',
  got: 'another',
}
const SPENT: Difference = { field: 'times', wanted: 'one request ({ once: true })', got: 'another' }

function pathOf(path: string | RegExp | undefined, asked: ComparedRequest): WantedPlace {
  if (typeof path !== 'string') return path === undefined ? {} : { path }
  const [, origin, rest] = /^((?:[a-z][a-z\d+.-]*|\*):\/\/[^/]*)(.*)$/is.exec(path) ?? []
  const pattern = withoutQuery(rest ?? path).replace(/^(?![/*])/, '/')
  return {
    ...(origin !== undefined && !fitsOrigin(origin, asked.origin!) && { origin }),
    path: pattern,
    isPattern: true,
    ...(!isLongPath(asked.origin + asked.path) && { fitsPath: () => fitsPath(pattern, asked) }),
  }
}

/** As MSW does it: a question mark at the end is that of an optional name. */
function withoutQuery(path: string): string {
  return path.endsWith('?') ? path : path.replace(/[?|#].*$/s, '')
}

function fitsOrigin(pattern: string, origin: string): boolean {
  if (!/\*|:[a-z_]/i.test(pattern)) return pattern === origin
  const source = pattern
    .split(/(\*|:(?=[a-z_])\w+)/i)
    .map((part, index) => {
      if (index % 2 === 0) return part.replaceAll(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`)
      return part === '*' ? '.*' : '[^/]+'
    })
    .join('')
  return new RegExp(`^${source}$`).test(origin)
}

async function fitsPath(pattern: string, { origin, path }: ComparedRequest): Promise<boolean> {
  const { matchRequestUrl } = await import('msw')
  try {
    return matchRequestUrl(new URL(origin + path), pattern, origin).matches
  } catch {
    // msw 2 cannot decode every path, and matches none of these.
    return false
  }
}

function fitsMethod(method: HandlerPattern['method'], asked: string): boolean {
  if (method instanceof RegExp) return new RegExp(method).test(asked)
  return method === undefined || method === asked
}

function operationDifference(
  { operation: takes }: HandlerPattern,
  asked: Operation | undefined,
): Difference[] {
  if (takes === undefined) return []
  const { type, name } = takes
  const isAnyType = type === 'all'
  const fitsType = asked !== undefined && (isAnyType || type === asked.type)
  if (fitsType && (name === undefined || fits(name, asked.name ?? ''))) return []
  return [
    {
      field: 'operation',
      wanted: [isAnyType ? 'any' : type, name].filter(Boolean).join(' '),
      got: asked?.name === undefined ? 'none with a name' : `${asked.type} ${asked.name}`,
    },
  ]
}

function fits(name: string | RegExp, asked: string): boolean {
  return typeof name === 'string' ? name === asked : new RegExp(name).test(asked)
}
