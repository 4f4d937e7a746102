import { randomUUID } from 'node:crypto'

type Param = string | readonly string[] | undefined
/** MSW's part of a handler that says whether a request fits. */
export type Parse = (args: {
  request: Request
}) => Promise<{ readonly match?: { readonly matches?: boolean; params?: Record<string, Param> } }>

/** Has a handler asked about paths at which MSW throws; of predicates, the errors are their own. */
export function parseAnyPath(parse: Parse, path: unknown): Parse {
  if (typeof path === 'function') return parse
  const safe = parseUndecodable(parse)
  return typeof path === 'string' ? parseLongPaths(safe) : safe
}

/** msw 2 throws at paths whose percent-encodings are none in UTF-8, if a name stands for them. */
function parseUndecodable(parse: Parse): Parse {
  return async function parseOnView(this: unknown, args) {
    try {
      return await parse.call(this, args)
    } catch (error) {
      if (error instanceof URIError) return NO_MATCH
      throw error
    }
  }
}

/** msw 3 throws at URLs whose path makes them longer than 8 KB. */
export const LONG_PATH = 4096
const LONG_SEGMENT = 1024

/** Whether a URL is too long for MSW to match its path with a pattern. */
export function isLongPath(url: string): boolean {
  return url.length > LONG_PATH && new URL(url).pathname.length > LONG_PATH
}

/** Has names matched in the place of the long segments of a long path, and undoes that in params. */
function parseLongPaths(parse: Parse): Parse {
  return async function parseOnView(this: unknown, args) {
    if (!isLongPath(args.request.url)) return parse.call(this, args)
    const { request, segments } = shortened(args.request)
    const result = await parse.call(this, { ...args, request }).catch((error: unknown) => {
      // Of many segments, it is as long as before: no pattern can be asked about it.
      if (isLongPath(request.url)) return NO_MATCH
      throw error
    })
    const { params = {} } = result.match ?? {}
    for (const [key, value] of Object.entries(params)) params[key] = withSegments(value, segments)
    return result
  }
}

const NO_MATCH = { match: { matches: false, params: {} }, cookies: {} }

interface Shortened {
  readonly request: Request
  /** What stood in the place of the names. */
  readonly segments: ReadonlyMap<string, string>
}

const known = new WeakMap<Request, Shortened>()

/** Made once for all handlers that are asked. */
function shortened(long: Request): Shortened {
  const before = known.get(long)
  if (before !== undefined) return before
  const { url, headers, method } = long
  const { origin, pathname } = new URL(url)
  const segments = new Map<string, string>()
  const path = pathname.split('/').map((segment) => {
    if (segment.length < LONG_SEGMENT) return segment
    const name = `segment-${randomUUID()}`
    segments.set(name, decoded(segment))
    return name
  })
  const made = { request: new Request(origin + path.join('/'), { headers, method }), segments }
  known.set(long, made)
  return made
}

function withSegments(value: Param, segments: ReadonlyMap<string, string>): Param {
  if (typeof value !== 'string') return value?.map((one) => withSegments(one, segments) as string)
  return value.replaceAll(/segment-[\da-f-]{36}/g, (name) => segments.get(name) ?? name)
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
