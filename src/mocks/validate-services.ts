import { checkOptions, invalidOption, MockberthError, type OptionRule } from '../errors.ts'
import { PROCESS_RULES } from '../process/options.ts'
import { isFunction, isRecord, isString, RULES as API_RULES } from './option-rules.ts'
import type { ServiceDefinition } from './service-definition.ts'
import { validateName } from './validate-name.ts'

const SETTINGS = {
  takes: 'a function of the service, which may be asynchronous',
  valid: isFunction,
}

/** One row for each option of a service. */
const SERVICE_RULES: Record<keyof ServiceDefinition, OptionRule> = {
  command: PROCESS_RULES.command,
  cwd: PROCESS_RULES.cwd,
  port: PROCESS_RULES.port,
  ready: PROCESS_RULES.ready,
  timeout: PROCESS_RULES.timeout,
  signal: PROCESS_RULES.signal,
  processEnv: PROCESS_RULES.env,
  url: {
    takes: "a URL with placeholders such as 'postgres://postgres@127.0.0.1:{port}/postgres'",
    valid: (value) => isString(value) && value !== '',
  },
  env: {
    takes: "a name ('DATABASE_URL'), a list of names, or { NAME: (service) => string }",
    valid: API_RULES.env.valid,
  },
  data: {
    takes: 'the path of a folder, from the package of the declaration on',
    valid: (value) => isString(value) && value !== '',
  },
  setup: SETTINGS,
  reset: SETTINGS,
}

/** Of a process: a service without a command has none. */
const OF_A_PROCESS = ['cwd', 'port', 'ready', 'signal', 'processEnv'] as const

/**
 * Finds what is wrong in the services of a declaration without starting any.
 *
 * @throws `INVALID_OPTION`, `INVALID_NAME`, `UNKNOWN_OPTION`
 */
export function validateServices(
  services: unknown,
): asserts services is Readonly<Record<string, ServiceDefinition>> {
  if (!isRecord(services)) {
    throw invalidOption(
      'defineMocks()',
      'services',
      services,
      "an object with a definition for each service: { db: { command: 'pglite-server --port={port}' } }",
    )
  }
  for (const [name, definition] of Object.entries(services)) {
    validateName('service', name)
    validateService(`the service ${name}`, name, definition)
  }
}

function validateService(where: string, name: string, definition: unknown): void {
  if (!isRecord(definition)) {
    throw invalidOption('defineMocks()', `services.${name}`, definition, 'an object of options')
  }
  checkOptions(where, definition, SERVICE_RULES as Readonly<Record<string, OptionRule>>)
  if (definition.command !== undefined) return
  const idle = OF_A_PROCESS.find((option) => definition[option] !== undefined)
  if (idle === undefined) return
  throw new MockberthError(
    'INVALID_OPTION',
    `${where}: ${idle} is of a process, and there is no command. Name one: command: 'pglite-server --port={port}', or leave ${idle} out for a folder alone.`,
  )
}
