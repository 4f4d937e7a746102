import type { OptionRule } from '../errors.ts'
import { isRedactDefinition } from '../recording/redaction/definition.ts'
import type { ApiDefinition } from './definition.ts'

export const isString = (value: unknown): value is string => typeof value === 'string'
export const isFunction = (value: unknown): boolean => typeof value === 'function'
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isInteger = (value: unknown, from: number, to: number): boolean =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to
export const isListOf = (value: unknown, valid: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(valid)
const oneOf =
  (...values: unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value)

const MATCH_OPTIONS: Readonly<Record<string, (value: unknown) => boolean>> = {
  ignoreQuery: (value) => isListOf(value, isString),
  ignoreBody: (value) => isListOf(value, isString),
  headers: (value) => isListOf(value, isString),
  normalize: isFunction,
}

function isMatchDefinition(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([name, option]) => option === undefined || MATCH_OPTIONS[name]?.(option) === true,
    )
  )
}

const HOST = /^[^\s/:@[\]]+$/

/** One row for each option of an API: what it takes, in words and as a test. */
export const RULES: Record<keyof ApiDefinition, OptionRule> = {
  env: {
    takes: "a name ('API_URL'), a list of names, or { NAME: ({ url, hostname, port }) => string }",
    valid: (value) =>
      isString(value) ||
      isListOf(value, isString) ||
      (isRecord(value) && Object.values(value).every(isFunction)),
  },
  handlers: {
    takes: 'a function that returns MSW request handlers, or an array of them',
    valid: (value) => isFunction(value) || Array.isArray(value),
  },
  upstream: { takes: "an origin such as 'https://api.github.com'", valid: isString },
  recording: {
    takes: 'the path or the file: URL of a HAR file',
    valid: (value) =>
      (isString(value) && value !== '' && !/^https?:/i.test(value)) ||
      (value instanceof URL && value.protocol === 'file:'),
  },
  match: {
    takes:
      '{ ignoreQuery?: names, ignoreBody?: JSON paths, headers?: names, normalize?: function }',
    valid: isMatchDefinition,
  },
  sequence: {
    takes: "'repeat-last', 'cycle' or 'once'",
    valid: oneOf('repeat-last', 'cycle', 'once'),
  },
  rewriteUrls: { takes: "'links', 'text' or false", valid: oneOf('links', 'text', false) },
  timing: {
    takes: "'none', 'recorded', or a factor from 0 to 1000",
    valid: (value) =>
      oneOf('none', 'recorded')(value) ||
      (typeof value === 'number' && value >= 0 && value <= 1000),
  },
  mode: {
    takes: "'replay', 'record', 'record-missing' or 'forward'",
    valid: oneOf('replay', 'record', 'record-missing', 'forward'),
  },
  saveOn: { takes: "'always' or 'passed'", valid: oneOf('always', 'passed') },
  redact: {
    takes: 'false, or { names?: field names, patterns?: regular expressions, keep?: names }',
    valid: isRedactDefinition,
  },
  upstreamTimeout: {
    takes: 'a number of milliseconds, from 1 to 3600000 (one hour)',
    valid: (value) => isInteger(value, 1, 3_600_000),
  },
  port: { takes: 'a whole number from 1 to 65535', valid: (value) => isInteger(value, 1, 65_535) },
  cors: {
    takes: "'loopback', true, false, or a list of origins such as 'http://app.test:3000'",
    valid: (value) =>
      oneOf('loopback', true, false)(value) ||
      isListOf(value, (entry) => isString(entry) && toOrigin(entry) === entry),
  },
  allowedHosts: {
    takes: "a list of host names without port, such as 'api.test'",
    valid: (value) => isListOf(value, (entry) => isString(entry) && HOST.test(entry)),
  },
  onUnhandled: {
    takes: "'fail', 'warn', 'ignore', or a function of the request that returns one of them",
    valid: (value) => isFunction(value) || oneOf('fail', 'warn', 'ignore')(value),
  },
  unused: { takes: "'warn', 'fail' or 'ignore'", valid: oneOf('warn', 'fail', 'ignore') },
  maxBody: {
    takes: 'a number of bytes, from 0 to 1073741824 (1 GiB)',
    valid: (value) => isInteger(value, 0, 1024 ** 3),
  },
}

/** The origin of an absolute http(s) URL, undefined when it is none. */
export function toOrigin(url: string): string | undefined {
  const parsed = URL.parse(url)
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin : undefined
}
