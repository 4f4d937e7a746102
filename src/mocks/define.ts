import type { ApiDefinition, Definitions } from './definition.ts'
import { checkFallbacks } from './fallbacks.ts'
import { planStart, type StartOptions } from './plan.ts'
import type { RunningMocks, RunningSet } from './running-set.ts'
import { startMocks, type Surroundings } from './start.ts'
import { envNames, validateDefinitions } from './validate.ts'

/** A declaration of mock APIs. It does nothing until it is started, as often as one likes. */
export interface Mocks<Name extends string = string> {
  /** The names of the APIs. */
  readonly names: readonly Name[]
  /**
   * Starts a server for each API on a free port of 127.0.0.1 (and ::1).
   * @throws `ENV_TAKEN`, `HANDLERS_FAILED`, `HANDLERS_INVALID`, `ENV_FUNCTION_FAILED`,
   * `MODE_INVALID`, `UNKNOWN_OPTION`, `INVALID_OPTION`, `RECORDING_MISSING`, `RECORDING_INVALID`,
   * `RECORDING_TOO_LARGE`, `RECORDING_UPSTREAM_MISMATCH`, `NO_PORTS_LEFT`, `BIND_FAILED`
   */
  start(options?: StartOptions): Promise<RunningMocks<Name>>
}

/** A declaration with what the runners' adapters need of it. */
export interface Declaration<Name extends string = string> extends Mocks<Name> {
  /** The host names that its APIs accept beside loopback names and those of their upstreams. */
  readonly allowedHosts: readonly string[]
  /** The variables that an API is told in. */
  envNames(api: Name): readonly string[]
  /** As `start()`, by one who has more to say of where it is started. */
  startIn(surroundings: Surroundings, options?: StartOptions): Promise<RunningSet<Name>>
  /**
   * Finds what `start()` would find wrong before it binds anything.
   * @returns the files of its recordings, and those that belong to them
   * @throws as `start()` does
   */
  check(options?: StartOptions): Promise<readonly string[]>
}

/**
 * Declares the APIs that the code under test calls.
 *
 * @example
 * export default defineMocks({
 *   github: {
 *     env: 'GITHUB_API_URL',
 *     handlers: () => [http.get('/users/:login', ({ params }) => HttpResponse.json(params))],
 *   },
 * })
 * @throws a `MockberthError` for the first thing that is wrong in it
 */
export function defineMocks<Name extends string>(definitions: Definitions<Name>): Mocks<Name> {
  validateDefinitions(definitions)
  const declaration: Declaration<Name> = {
    names: Object.keys(definitions) as Name[],
    allowedHosts: [...new Set(Object.values<ApiDefinition>(definitions).flatMap(hostsOf))],
    envNames: (api) => envNames(definitions[api]),
    start: (options) => startMocks(definitions, options),
    startIn: (surroundings, options) => startMocks(definitions, options, surroundings),
    async check(options = {}) {
      const plans = planStart(definitions, options, (text) => console.warn(text))
      return checkFallbacks(plans)
    },
  }
  return declaration
}

function hostsOf({ allowedHosts }: ApiDefinition): readonly string[] {
  return allowedHosts ?? []
}
