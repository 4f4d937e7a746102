import { types } from 'node:util'
import type { Exchange, ExchangeRequest } from '../contract/index.ts'
import { invalidOption } from '../errors.ts'

/** A method and a path, as tests of a request. */
export interface RequestLine {
  isMethod(request: ExchangeRequest): boolean
  isPath(request: ExchangeRequest): boolean
}

/** Who looks for requests, for errors about what it was given. */
export interface Searcher {
  readonly name: string
  /** Where the query goes, which is no part of the path. */
  readonly aboutQuery: string
}

/** @throws as `requestLine()` does */
export function matchExchange(
  name: string,
  method: string,
  path?: string | RegExp,
): (exchange: Exchange) => boolean {
  const searcher = { name, aboutQuery: 'see exchange.request.query for that' }
  const { isMethod, isPath } = requestLine(searcher, method, path)
  return ({ request }) => isMethod(request) && isPath(request)
}

/**
 * Tests for requests by method (any case) and path. The path is compared without its query, and
 * may have MSW's `:name` for one segment and `*` for anything, and what clients encode in it (`é`, a
 * space); a regular expression is tested against the path as it was sent.
 *
 * @throws `INVALID_OPTION` when the method or the path has the wrong type or can match nothing: the
 * method is none (`GET /users`), the path is none (`https://…`), or has a query
 */
export function requestLine(
  searcher: Searcher,
  method: string,
  path?: string | RegExp,
): RequestLine {
  if (typeof method !== 'string' || !/^[\w!#$%&'*+.^`|~-]+$/.test(method)) {
    throw invalidOption(searcher.name, 'method', method, "a method such as 'GET'")
  }
  const wanted = method.toUpperCase()
  const matches = path === undefined ? () => true : pathTest(searcher, path)
  return {
    isMethod: (request) => request.method.toUpperCase() === wanted,
    isPath: (request) => matches(request.path),
  }
}

function pathTest(
  { name, aboutQuery }: Searcher,
  path: string | RegExp,
): (path: string) => boolean {
  // Those of VM contexts are instances of other classes.
  if (types.isRegExp(path)) return (actual) => new RegExp(path).test(actual)
  if (typeof path !== 'string' || !/^[/*]/.test(path)) {
    const takes = "a path such as '/users/:id', or a regular expression"
    throw invalidOption(name, 'path', path, takes)
  }
  if (path.includes('?')) {
    throw invalidOption(name, 'path', path, `a path without a query; ${aboutQuery}`)
  }
  const pattern = path
    .split(/(\*|:[A-Za-z_]\w*)/)
    .map((part, index) => {
      if (index % 2 === 0) return encoded(part).replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
      return part === '*' ? '.*' : '[^/]+'
    })
    .join('')
  const expression = new RegExp(`^${pattern}$`)
  return (actual) => expression.test(encoded(actual))
}

/** With `%` in place of what clients do not send as it is. */
function encoded(path: string): string {
  return path.toWellFormed().replaceAll(/[^\u0021-\u007E]|["<>`{}]/gu, encodeURIComponent)
}
