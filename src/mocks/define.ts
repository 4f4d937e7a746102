import type { ApiDefinition, Definitions } from './definition.ts'
import { envNames, type Declared } from './env-definition.ts'
import { checkFallbacks } from './fallbacks.ts'
import { planStart, rootOf, type StartOptions } from './plan.ts'
import type { RunningMocks, RunningSet } from './running-set.ts'
import type { Surroundings } from './start-apis.ts'
import { startMocks } from './start.ts'
import { planServices } from './held-services.ts'
import type { DeclarationOptions, ServiceDefinitions } from './service-definition.ts'
import { validateDefinitions } from './validate.ts'

/** A declaration of mock APIs. It does nothing until it is started, as often as one likes. */
export interface Mocks<Name extends string = string, ServiceName extends string = string> {
  /** The names of the APIs. */
  readonly names: readonly Name[]
  /** The names of the services. */
  readonly serviceNames: readonly ServiceName[]
  /**
   * Starts a server for each API on a free port of 127.0.0.1 (and ::1), and the services.
   * @throws `ENV_TAKEN`, `HANDLERS_FAILED`, `HANDLERS_INVALID`, `ENV_FUNCTION_FAILED`,
   * `MODE_INVALID`, `UNKNOWN_OPTION`, `INVALID_OPTION`, `RECORDING_MISSING`, `RECORDING_INVALID`,
   * `RECORDING_TOO_LARGE`, `RECORDING_UPSTREAM_MISMATCH`, `NO_PORTS_LEFT`, `BIND_FAILED`; of services
   * `PROCESS_NOT_STARTED`, `PROCESS_ENDED`, `PROCESS_NOT_READY`, `PORT_TAKEN`, `SERVICE_DATA_UNUSABLE`,
   * `SERVICE_SETUP_FAILED`
   */
  start(options?: StartOptions): Promise<RunningMocks<Name, ServiceName>>
}

/** A declaration with what the runners' adapters need of it. */
export interface Declaration<
  Name extends string = string,
  ServiceName extends string = string,
> extends Mocks<Name, ServiceName> {
  /** The host names that its APIs accept beside loopback names and those of their upstreams. */
  readonly allowedHosts: readonly string[]
  /** The variables that an API, or a service, is told in. */
  envNames(name: Name | ServiceName): readonly string[]
  /** As `start()`, by one who has more to say of where it is started. */
  startIn(
    surroundings: Surroundings,
    options?: StartOptions,
  ): Promise<RunningSet<Name, ServiceName>>
  /**
   * Finds what `start()` would find wrong before it binds anything.
   * @returns the files of its recordings, and those that belong to them
   * @throws as `start()` does
   */
  check(options?: StartOptions): Promise<readonly string[]>
}

/**
 * Declares the APIs that the code under test calls, and the services that it needs beside them.
 *
 * @example
 * export default defineMocks({
 *   github: {
 *     env: 'GITHUB_API_URL',
 *     handlers: () => [http.get('/users/:login', ({ params }) => HttpResponse.json(params))],
 *   },
 * })
 * @param options `services`: databases and other processes, each on a port of its own
 * @throws a `MockberthError` for the first thing that is wrong in it
 */
export function defineMocks<Name extends string, ServiceName extends string = never>(
  definitions: Definitions<Name>,
  options: DeclarationOptions<ServiceName> = {},
): Mocks<Name, ServiceName> {
  validateDefinitions(definitions, options)
  const services = options.services ?? ({} as ServiceDefinitions<ServiceName>)
  const declared = { apis: definitions, services }
  const declaration: Declaration<Name, ServiceName> = {
    names: Object.keys(definitions) as Name[],
    allowedHosts: [...new Set(Object.values<ApiDefinition>(definitions).flatMap(hostsOf))],
    serviceNames: Object.keys(services) as ServiceName[],
    envNames: (name) => envNames({ ...services, ...definitions }[name] as Declared),
    start: (how) => startMocks(declared, how),
    startIn: (surroundings, how) => startMocks(declared, how, surroundings),
    async check(how = {}) {
      const plans = planStart(definitions, how, (text) => console.warn(text))
      planServices(services, rootOf(how))
      return checkFallbacks(plans)
    },
  }
  return declaration
}

function hostsOf({ allowedHosts }: ApiDefinition): readonly string[] {
  return allowedHosts ?? []
}
