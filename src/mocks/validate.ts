import {
  checkOptions,
  invalidOption,
  MockberthError,
  refuseUnknownOptions,
  showValue,
} from '../errors.ts'
import type { ApiDefinition } from './definition.ts'
import { validateEnvNames, type Declared } from './env-definition.ts'
import { isRecord, RULES, toOrigin } from './option-rules.ts'
import type { ServiceDefinition } from './service-definition.ts'
import { validateName } from './validate-name.ts'
import { validateServices } from './validate-services.ts'

/**
 * Finds what is wrong in a declaration without running any of it.
 *
 * @throws `DECLARATION_INVALID`, `INVALID_NAME`, `UNKNOWN_OPTION`, `INVALID_OPTION`,
 * `UPSTREAM_INVALID`, `UPSTREAM_HAS_PATH`, `UPSTREAM_MISSING`, `RECORDING_UNDECLARED`,
 * `ENV_INVALID_NAME`, `ENV_DUPLICATE`
 */
export function validateDefinitions(definitions: unknown, options: unknown): void {
  if (!isRecord(definitions)) {
    throw new MockberthError(
      'DECLARATION_INVALID',
      `defineMocks() got ${showValue(definitions)}; it takes an object with a definition for each API: defineMocks({ github: { env: 'GITHUB_API_URL', handlers: () => [] } }).`,
    )
  }
  for (const [api, definition] of Object.entries(definitions)) validateApi(api, definition)
  const services = servicesOf(options)
  const shared = Object.keys(services).find((name) => Object.hasOwn(definitions, name))
  if (shared !== undefined) {
    throw new MockberthError(
      'INVALID_NAME',
      `the service name ${JSON.stringify(shared)} is that of an API, too; give each a name of its own.`,
    )
  }
  validateEnvNames([
    ...ownersOfEnv('the API', definitions as Record<string, Declared>),
    ...ownersOfEnv('the service', services),
  ])
}

function servicesOf(options: unknown): Readonly<Record<string, ServiceDefinition>> {
  if (!isRecord(options)) {
    throw invalidOption(
      'defineMocks()',
      'options',
      options,
      'an object such as { services: { … } }',
    )
  }
  refuseUnknownOptions('defineMocks()', options, ['services'])
  const { services = {} } = options
  validateServices(services)
  return services
}

function ownersOfEnv(
  kind: string,
  definitions: Readonly<Record<string, Declared>>,
): [where: string, definition: Declared][] {
  return Object.entries(definitions).map(([name, definition]) => [`${kind} ${name}`, definition])
}

function validateApi(api: string, definition: unknown): void {
  validateName('API', api)
  if (!isRecord(definition)) {
    throw invalidOption('defineMocks()', api, definition, 'an object of options', 'INVALID_OPTION')
  }
  const where = `the API ${api}`
  checkOptions(where, definition, RULES)
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
