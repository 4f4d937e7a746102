import type { Exchange } from '../contract/index.ts'
import { MockberthError } from '../errors.ts'

/**
 * A test for exchanges by method (any case) and path. The path is compared without its query, and
 * may have MSW's `:name` for one segment and `*` for anything; a regular expression is tested
 * against the path.
 *
 * @throws `INVALID_OPTION` when the method or the path has the wrong type, or the path can match
 * nothing: it is no path (`https://…`), or has a query
 */
export function matchExchange(
  method: string,
  path?: string | RegExp,
): (exchange: Exchange) => boolean {
  if (typeof method !== 'string') throw invalid('method', method, "a string such as 'GET'")
  const wanted = method.toUpperCase()
  const matches = path === undefined ? () => true : pathTest(path)
  return ({ request }) => request.method.toUpperCase() === wanted && matches(request.path)
}

function pathTest(path: string | RegExp): (actual: string) => boolean {
  if (path instanceof RegExp) return (actual) => new RegExp(path).test(actual)
  if (typeof path !== 'string' || !/^[/*]/.test(path)) {
    throw invalid('path', path, "a path such as '/users/:id', or a regular expression")
  }
  if (path.includes('?')) {
    throw invalid('path', path, 'a path without a query; see exchange.request.query for that')
  }
  const pattern = path
    .split(/(\*|:[A-Za-z_]\w*)/)
    .map((part, index) => {
      if (index % 2 === 0) return part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
      return part === '*' ? '.*' : '[^/]+'
    })
    .join('')
  const expression = new RegExp(`^${pattern}$`)
  return (actual) => expression.test(actual)
}

function invalid(what: string, got: unknown, takes: string): MockberthError {
  return new MockberthError(
    'INVALID_OPTION',
    `find(): ${what} got ${JSON.stringify(got) ?? String(got)}; it takes ${takes}.`,
  )
}
