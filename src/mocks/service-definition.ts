import type { Address } from '../contract/index.ts'
import type { ProcessOptions } from '../process/options.ts'
import type { EnvDefinition } from './definition.ts'

/** A service that runs beside the mock APIs, such as a database. */
export interface Service extends Address {
  readonly name: string
  /** Where clients reach it, as its definition says in `url`. */
  readonly url: string
  /** 0 for a service without a command. */
  readonly port: number
  /** The folder with its files: an absolute path. Empty, or with the content of `data`, at its start. */
  readonly data: string
}

/**
 * A service of a declaration: a process on a port of its own, with a folder of its own; without a command,
 * that folder alone, for what is a file such as an SQLite database.
 */
export interface ServiceDefinition extends Pick<
  ProcessOptions,
  'cwd' | 'port' | 'ready' | 'timeout' | 'signal'
> {
  /**
   * A line for the shell, or `[file, ...args]` without one. `{port}` and `{data}` become its port and its
   * folder; `{name.port}`, `{name.data}` and `{name.url}` are those of another service.
   */
  readonly command?: ProcessOptions['command'] | undefined
  /**
   * Where clients reach it, with placeholders as in `command`: `postgres://postgres@127.0.0.1:{port}/postgres`.
   * Default: `http://127.0.0.1:{port}`; without a command, the `file:` URL of its folder.
   */
  readonly url?: string | undefined
  /** Names in `process.env` that get its URL. */
  readonly env?: EnvDefinition<Service> | undefined
  /** Variables for its process, on top of those of the tests; `undefined` takes one away. Placeholders as in `command`. */
  readonly processEnv?: Readonly<Record<string, string | undefined>> | undefined
  /** A folder with whose content its own begins. Default: none. */
  readonly data?: string | undefined
  /**
   * Makes it ready for tests, once in a run for each worker that runs at once: migrations. Not in time
   * (`timeout`), it has failed.
   */
  readonly setup?: ((service: Service) => unknown) | undefined
  /**
   * Makes it as new, after `setup` and before each test: the rows that tests begin with. Not in time
   * (`timeout`, at most 10 s), it has failed.
   */
  readonly reset?: ((service: Service) => unknown) | undefined
}

/** The services of a declaration by name. */
export type ServiceDefinitions<Name extends string> = {
  readonly [Key in Name]: ServiceDefinition
}

/** What a declaration has beside its APIs. */
export interface DeclarationOptions<ServiceName extends string> {
  /** Databases and other processes, each on a port of its own, one of each for each worker. Default: none. */
  readonly services?: ServiceDefinitions<ServiceName> | undefined
}

/** The services of a running set by name. */
export type Services<Name extends string> = { readonly [Key in Name]: Service }
