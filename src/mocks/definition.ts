import type { RequestHandler } from '../responders/msw/index.ts'
import type { Address, ExchangeRequest } from '../contract/index.ts'
import type { RewriteUrls } from '../recording/links.ts'
import type { MatchDefinition } from '../recording/match.ts'
import type { RedactDefinition } from '../recording/redaction/definition.ts'
import type { Sequence } from '../recording/turns.ts'
import type { CorsPolicy } from '../wire/guard.ts'

/**
 * Where the URL of an API, or of a service, goes in `process.env`: one name, several, or names with a function each
 * that makes the value, for clients that want a path in it or the port alone.
 */
export type EnvDefinition<Where = Address> =
  | string
  | readonly string[]
  | Readonly<Record<string, EnvValue<Where>>>

/** Makes the value of an env variable from where the API, or the service, is. Called more than once. */
export type EnvValue<Where = Address> = (address: Where) => string

/**
 * What happens to requests that no handler answers.
 *
 * - `replay`: the recording answers; the network is never touched
 * - `record`: the upstream answers, and takes the place of what was recorded of the same request
 * - `record-missing`: the recording answers, or else the upstream, and that is added
 * - `forward`: the upstream answers, and nothing is kept
 */
export type Mode = 'replay' | 'record' | 'record-missing' | 'forward'

/** What an unhandled request does, besides getting a 501. */
export type UnhandledPolicy = 'fail' | 'warn' | 'ignore'

/** What an override that never ran does, at the end of the test that gave it. */
export type UnusedPolicy = 'warn' | 'fail' | 'ignore'

/** One API of a declaration. Every option may be left out. */
export interface ApiDefinition {
  /** Names in `process.env` that get the API's URL. */
  readonly env?: EnvDefinition | undefined
  /**
   * MSW request handlers. A function is called once for each server, so that state kept in it
   * belongs to that server; an array is accepted where nothing is kept.
   */
  readonly handlers?: readonly RequestHandler[] | (() => readonly RequestHandler[]) | undefined
  /**
   * Origin of the real API (`https://api.github.com`): absolute handlers match on it, handlers see
   * it in `request.url`, and it is where requests are forwarded to. Default: the mock's own URL.
   */
  readonly upstream?: string | undefined
  /**
   * A HAR file (`.har`, `.har.gz`, or a `.zip` of Playwright's) whose entries answer what no handler
   * does: a path relative to the package that holds the declaration, an absolute path, or a
   * `file:` URL. With an upstream, its entries count; without, all of them.
   */
  readonly recording?: string | URL | undefined
  /** What may vary between a request and the entry that answers it. Default: nothing. */
  readonly match?: MatchDefinition | undefined
  /** The same request once more than it was recorded. Default `'repeat-last'`. */
  readonly sequence?: Sequence | undefined
  /**
   * Which of the upstreams' URLs in replayed and forwarded replies become the mocks'; of replies of
   * handlers, `Location` and `Link` do, unless it is `false`. Default `'links'`.
   */
  readonly rewriteUrls?: RewriteUrls | undefined
  /** Whether replies take the time that they took when recorded; a number is a factor. Default `'none'`. */
  readonly timing?: 'none' | 'recorded' | number | undefined
  /**
   * What answers when no handler does. Default `'replay'`. `MOCKBERTH_MODE` in the environment wins
   * over both this and `start()`. Where `CI` is set, nothing is recorded: a declared `record` is
   * `replay` there, unless `MOCKBERTH_FORCE_RECORD=1`.
   */
  readonly mode?: Mode | undefined
  /** Whether what a test recorded is kept although it failed. Default `'always'`. */
  readonly saveOn?: 'always' | 'passed' | undefined
  /**
   * What is taken out of what is recorded, before it is written: `false` for nothing, or rules that
   * are added or left out. Default: credentials by name, and well-known shapes of them anywhere.
   */
  readonly redact?: RedactDefinition | undefined
  /** How long the upstream may be silent, in milliseconds. Default 120000. */
  readonly upstreamTimeout?: number | undefined
  /** A port that people like to know by heart. Taken: a free one is used, and that is said. */
  readonly port?: number | undefined
  /** Which pages may read the replies. Default `'loopback'`: those served from this machine. */
  readonly cors?: CorsPolicy | undefined
  /** Host names accepted besides loopback names and the upstream's. Default: none. */
  readonly allowedHosts?: readonly string[] | undefined
  /** What an unhandled request means. Default `'fail'`: the test that made it fails. */
  readonly onUnhandled?:
    | UnhandledPolicy
    | ((request: ExchangeRequest) => UnhandledPolicy)
    | undefined
  /**
   * What it means when a handler given to `use()` never ran. Default `'warn'`: it is named at the
   * end of its test. Without a runner only `'fail'` says something, in `verify()`.
   */
  readonly unused?: UnusedPolicy | undefined
  /** How many bytes of each body the journal keeps. Default 1 MiB (1048576). */
  readonly maxBody?: number | undefined
}

/** The APIs of a declaration by name. */
export type Definitions<Name extends string> = { readonly [Key in Name]: ApiDefinition }
