import { MockberthError, type ErrorCode } from '../errors.ts'
import type { ApiDefinition } from './definition.ts'

interface OptionRule {
  readonly takes: string
  valid(value: unknown): boolean
}

const isString = (value: unknown): value is string => typeof value === 'string'
const isFunction = (value: unknown): boolean => typeof value === 'function'
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isInteger = (value: unknown, from: number, to: number): boolean =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to
const isListOf = (value: unknown, valid: (entry: unknown) => boolean): boolean =>
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
const RULES: Record<keyof ApiDefinition, OptionRule> = {
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
  mode: { takes: "'replay' or 'forward'", valid: oneOf('replay', 'forward') },
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
  maxBody: {
    takes: 'a number of bytes, from 0 to 1073741824 (1 GiB)',
    valid: (value) => isInteger(value, 0, 1024 ** 3),
  },
}

/**
 * Finds what is wrong in a declaration without running any of it.
 *
 * @throws `DECLARATION_INVALID`, `INVALID_NAME`, `UNKNOWN_OPTION`, `INVALID_OPTION`,
 * `UPSTREAM_INVALID`, `UPSTREAM_HAS_PATH`, `UPSTREAM_MISSING`, `ENV_INVALID_NAME`, `ENV_DUPLICATE`
 */
export function validateDefinitions(definitions: unknown): void {
  if (!isRecord(definitions)) {
    throw new MockberthError(
      'DECLARATION_INVALID',
      `defineMocks() got ${show(definitions)}; it takes an object with a definition for each API: defineMocks({ github: { env: 'GITHUB_API_URL', handlers: () => [] } }).`,
    )
  }
  for (const [api, definition] of Object.entries(definitions)) validateApi(api, definition)
  validateEnvNames(definitions as Record<string, ApiDefinition>)
}

/** The names in `process.env` that a definition asks for. */
export function envNames({ env }: ApiDefinition): readonly string[] {
  if (env === undefined) return []
  if (isString(env)) return [env]
  return isListOf(env, isString) ? (env as readonly string[]) : Object.keys(env)
}

/** The origin of an absolute http(s) URL, undefined when it is none. */
export function toOrigin(url: string): string | undefined {
  const parsed = URL.parse(url)
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin : undefined
}

/** An option of the wrong type or value. */
export function invalidOption(
  where: string,
  option: string,
  got: unknown,
  takes: string,
  code: ErrorCode = 'INVALID_OPTION',
): MockberthError {
  return new MockberthError(code, `${where}: ${option} got ${show(got)}; it takes ${takes}.`)
}

/** Refuses options that nothing reads. */
export function refuseUnknownOptions(
  where: string,
  options: object,
  known: readonly string[],
): void {
  const unknown = Object.keys(options).find((option) => !known.includes(option))
  if (unknown === undefined) return
  throw new MockberthError(
    'UNKNOWN_OPTION',
    `${where} has no option ${JSON.stringify(unknown)}; it has ${known.join(', ')}.`,
  )
}

function validateApi(api: string, definition: unknown): void {
  if (!/^[A-Za-z_$][\w$-]*$/.test(api) || api === '__proto__') {
    throw new MockberthError(
      'INVALID_NAME',
      `the API name ${JSON.stringify(api)} cannot be used: a name begins with a letter, $ or _, and has letters, digits, $, _ and - after it.`,
    )
  }
  if (!isRecord(definition)) {
    throw invalidOption('defineMocks()', api, definition, 'an object of options', 'INVALID_OPTION')
  }
  const where = `the API ${api}`
  refuseUnknownOptions(where, definition, Object.keys(RULES))
  for (const [option, { takes, valid }] of Object.entries(RULES)) {
    const value = definition[option]
    if (value !== undefined && !valid(value)) throw invalidOption(where, option, value, takes)
  }
  validateUpstream(api, definition as ApiDefinition)
}

function validateUpstream(api: string, { upstream, mode }: ApiDefinition): void {
  const where = `the API ${api}`
  if (upstream === undefined) {
    if (mode !== 'forward') return
    throw new MockberthError(
      'UPSTREAM_MISSING',
      `${where}: mode is 'forward', but there is no upstream to forward to. Declare one: upstream: 'https://api.example.com'.`,
    )
  }
  const origin = toOrigin(upstream)
  if (origin === undefined) {
    throw invalidOption(where, 'upstream', upstream, RULES.upstream.takes, 'UPSTREAM_INVALID')
  }
  const { pathname, search, hash, username, password } = new URL(upstream)
  if (pathname === '/' && search + hash + username + password === '') return
  throw new MockberthError(
    'UPSTREAM_HAS_PATH',
    `${where}: upstream got ${JSON.stringify(upstream)}; it takes an origin alone: ${JSON.stringify(origin)}. ` +
      (pathname === '/'
        ? 'A query or credentials cannot be part of it.'
        : `Put ${pathname} in env: { API_URL: ({ url }) => \`\${url}${pathname}\` }.`),
  )
}

function validateEnvNames(definitions: Readonly<Record<string, ApiDefinition>>): void {
  const owners = new Map<string, string>()
  for (const [api, definition] of Object.entries(definitions)) {
    for (const name of envNames(definition)) {
      if (!/^[A-Za-z_]\w*$/.test(name)) {
        throw invalidOption(
          `the API ${api}`,
          'env',
          name,
          "names of letters, digits and _ that do not begin with a digit, such as 'API_URL'",
          'ENV_INVALID_NAME',
        )
      }
      const owner = owners.get(name)
      if (owner !== undefined) {
        throw new MockberthError(
          'ENV_DUPLICATE',
          owner === api
            ? `the API ${api} names ${name} twice in env; once is enough.`
            : `the APIs ${owner} and ${api} both put their URL into ${name}; give each a name of its own.`,
        )
      }
      owners.set(name, api)
    }
  }
}

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (value instanceof Promise) return 'a promise'
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
