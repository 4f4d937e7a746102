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
import type { HandlerPattern } from './handler-pattern.ts'
import { isLongPath, type MountedHandler } from './internals.ts'

/** Handlers as what could have answered a request. */
export function* missedHandlers(
  handlers: readonly Mounted[],
  { facts, content }: MissedRequest,
  origin: string,
): Generator<Miss> {
  const { method, path, query } = facts
  const asked: ComparedRequest = { method, origin, path, query }
  const operation = operationOf(content)
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
  return {
    others: [
      ...operationDifference(takes, operation),
      ...(takes.isPredicate && fitsMethod(takes, asked) ? [REFUSED] : []),
      ...(handler.isSpent() ? [SPENT] : []),
    ],
  }
}

const REFUSED: Difference = {
  field: 'predicate',
  wanted: 'what it returns true for',
  got: 'another',
}
const SPENT: Difference = { field: 'times', wanted: 'one request ({ once: true })', got: 'another' }

function pathOf(path: string | RegExp | undefined, asked: ComparedRequest): WantedPlace {
  if (typeof path !== 'string') return path === undefined ? {} : { path }
  const [, origin, rest] = /^([a-z][a-z\d+.-]*:\/\/[^/]*)(.*)$/is.exec(path) ?? []
  const pattern = (rest ?? path).split('?', 1)[0]!.replace(/^(?![/*])/, '/')
  return {
    ...(origin !== undefined && !origin.includes('*') && { origin }),
    path: pattern,
    isPattern: true,
    ...(!isLongPath(asked.origin + asked.path) && { fitsPath: () => fitsPath(pattern, asked) }),
  }
}

async function fitsPath(pattern: string, { origin, path }: ComparedRequest): Promise<boolean> {
  const { matchRequestUrl } = await import('msw')
  return matchRequestUrl(new URL(origin + path), pattern, origin).matches
}

function fitsMethod({ method }: HandlerPattern, asked: ComparedRequest): boolean {
  if (method === undefined || method === asked.method) return true
  return method instanceof RegExp && new RegExp(method).test(asked.method)
}

function operationDifference(
  { operation: takes }: HandlerPattern,
  asked: Operation | undefined,
): Difference[] {
  if (takes === undefined) return []
  const { type, name } = takes
  const isAnyType = type === 'all'
  const fitsType = asked !== undefined && (isAnyType || type === asked.type)
  if (fitsType && (name === undefined || fits(name, asked.name))) return []
  return [
    {
      field: 'operation',
      wanted: [isAnyType ? 'any' : type, name].filter(Boolean).join(' '),
      got: asked === undefined ? 'none with a name' : `${asked.type} ${asked.name}`,
    },
  ]
}

function fits(name: string | RegExp, asked: string): boolean {
  return typeof name === 'string' ? name === asked : new RegExp(name).test(asked)
}
