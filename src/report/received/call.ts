import { types } from 'node:util'
import type { ExchangeRequest } from '../../contract/index.ts'
import { invalidOption, refuseUnknownOptions } from '../../errors.ts'
import { requestLine, type Searcher } from '../../traffic/find.ts'
import { isAsymmetric } from './asymmetric.ts'
import { bodyCheck, showBody } from './body.ts'
import type { Check, RunnerTools } from './check.ts'
import { excerpt } from './texts.ts'
import { headerChecks, queryChecks, type NamedValues } from './values.ts'

/** What is expected of a request besides its method and path. */
export interface RequestDetails {
  /**
   * Query parameters by name; only those named count. A value is text, a number or boolean (compared
   * as text), a list where the parameter is repeated, `undefined` where it must be absent, or an
   * asymmetric matcher.
   */
  readonly query?: Readonly<Record<string, unknown>> | undefined
  /** Headers by name, in any case, with values as those of `query`. */
  readonly headers?: Readonly<Record<string, unknown>> | undefined
  /**
   * The body, with its content-encoding undone: text, bytes (`Uint8Array`), form fields
   * (`URLSearchParams`), or else a JSON value. Asymmetric matchers may be anywhere in it.
   */
  readonly body?: unknown | undefined
}

/** A request that is expected. */
export interface ExpectedCall {
  /** It, on one line. */
  readonly line: string
  /** Its path, unless that is an expression. */
  readonly path: string | undefined
  readonly checks: readonly Check[]
}

const DETAILS = ['query', 'headers', 'body']

/** How much of the details is shown. */
const SHOWN = 300

/** @throws `INVALID_OPTION` */
export function simpleCall(
  searcher: Searcher,
  method: string,
  path: string | RegExp | undefined,
): ExpectedCall {
  const { isMethod, isPath } = requestLine(searcher, method, path)
  const wanted = { method: method.toUpperCase(), path: String(path ?? '*') }
  return {
    line: `${wanted.method} ${wanted.path}`,
    path: types.isRegExp(path) ? undefined : path,
    checks: [lineCheck('method', wanted.method, isMethod), lineCheck('path', wanted.path, isPath)],
  }
}

/**
 * @param more options that are taken besides the details
 * @throws `INVALID_OPTION`, `UNKNOWN_OPTION`
 */
export function detailedCall(
  name: string,
  [method, path, details = {}]: readonly [string, (string | RegExp)?, RequestDetails?],
  tools: RunnerTools,
  more: readonly string[] = [],
): ExpectedCall {
  const aboutQuery = "that has its own option: { query: { page: '1' } }"
  const { line, path: plainPath, checks } = simpleCall({ name, aboutQuery }, method, path)
  if (!isNamed(details)) throw invalidOption(name, 'the options', details, 'an object')
  refuseUnknownOptions(name, details, [...DETAILS, ...more])
  const { query = {}, headers = {}, body } = details
  assertNamed(name, 'query', query)
  assertNamed(name, 'headers', headers)
  return {
    get line() {
      const shown = showDetails(details, tools)
      return shown === '' ? line : `${line} with ${excerpt(shown, 0, SHOWN)}`
    },
    path: plainPath,
    checks: [
      ...checks,
      ...queryChecks(name, query, tools),
      ...headerChecks(name, headers, tools),
      ...(body === undefined ? [] : [bodyCheck(name, body, tools)]),
    ],
  }
}

function showDetails({ query, headers, body }: RequestDetails, tools: RunnerTools): string {
  return [
    ...(query === undefined ? [] : [`query ${tools.show(query)}`]),
    ...(headers === undefined ? [] : [`headers ${tools.show(headers)}`]),
    ...(body === undefined ? [] : [`body ${showBody(body, tools)}`]),
  ].join(', ')
}

function lineCheck(
  part: 'method' | 'path',
  expected: string,
  isAsExpected: (request: ExchangeRequest) => boolean,
): Check {
  return (request) =>
    isAsExpected(request)
      ? undefined
      : { part, explain: () => `expected ${expected}, received ${excerpt(request[part])}` }
}

function assertNamed(name: string, option: string, value: NamedValues): void {
  if (!isNamed(value)) throw invalidOption(name, option, value, 'an object of names and values')
}

/** Neither a list, nor something whose entries are not its properties, nor an asymmetric matcher. */
function isNamed(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Object]' && !isAsymmetric(value)
}
