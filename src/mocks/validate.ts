import { invalidOption, MockberthError, refuseUnknownOptions, showValue } from '../errors.ts'
import type { ApiDefinition } from './definition.ts'
import { isListOf, isRecord, isString, RULES, toOrigin } from './option-rules.ts'

/**
 * Finds what is wrong in a declaration without running any of it.
 *
 * @throws `DECLARATION_INVALID`, `INVALID_NAME`, `UNKNOWN_OPTION`, `INVALID_OPTION`,
 * `UPSTREAM_INVALID`, `UPSTREAM_HAS_PATH`, `UPSTREAM_MISSING`, `RECORDING_UNDECLARED`,
 * `ENV_INVALID_NAME`, `ENV_DUPLICATE`
 */
export function validateDefinitions(definitions: unknown): void {
  if (!isRecord(definitions)) {
    throw new MockberthError(
      'DECLARATION_INVALID',
      `defineMocks() got ${showValue(definitions)}; it takes an object with a definition for each API: defineMocks({ github: { env: 'GITHUB_API_URL', handlers: () => [] } }).`,
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
  validateMode(api, definition as ApiDefinition)
  validateUpstream(api, definition as ApiDefinition)
}

function validateMode(api: string, { upstream, recording, mode = 'replay' }: ApiDefinition): void {
  if (mode !== 'replay' && upstream === undefined) {
    throw new MockberthError(
      'UPSTREAM_MISSING',
      `the API ${api}: mode is '${mode}', but there is no upstream to forward to. Declare one: upstream: 'https://api.example.com'.`,
    )
  }
  if (mode.startsWith('record') && recording === undefined) {
    throw new MockberthError(
      'RECORDING_UNDECLARED',
      `the API ${api}: mode is '${mode}', but there is no file to record into. Declare one: recording: 'fixtures/recordings/${api}.har'.`,
    )
  }
}

function validateUpstream(api: string, { upstream }: ApiDefinition): void {
  if (upstream === undefined) return
  const where = `the API ${api}`
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
