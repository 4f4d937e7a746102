import type { ApiDefinition, Definitions } from './definition.ts'
import { checkFallbacks } from './fallbacks.ts'
import type { FindOwner } from './marks.ts'
import { planStart, type StartOptions } from './plan.ts'
import type { RunningMocks, RunningSet } from './running-set.ts'
import { startMocks } from './start.ts'
import { validateDefinitions } from './validate.ts'

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
  /**
   * As `start()`, in a run that has an owner.
   * @param run its folder; undefined for the run that the environment names, if it names one
   * @param findOwner says whose the requests are that carry marks. Default: the tests of this set
   */
  startIn(
    run: string | undefined,
    options?: StartOptions,
    findOwner?: FindOwner,
  ): Promise<RunningSet<Name>>
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
    start: (options) => startMocks(definitions, options),
    startIn: (run, options, findOwner) => startMocks(definitions, options, run, findOwner),
    async check(options = {}) {
      const plans = planStart(definitions, options, (text) => console.warn(text))
      const files = await checkFallbacks(plans)
      return [...new Set([...plans.flatMap(({ recording }) => recording ?? []), ...files])]
    },
  }
  return declaration
}

function hostsOf({ allowedHosts }: ApiDefinition): readonly string[] {
  return allowedHosts ?? []
}
