import { statSync } from 'node:fs'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { checkOptions, invalidOption, MockberthError, type OptionRule } from '../errors.ts'

/** How to start a process, and how to tell that it is ready. */
export interface ProcessOptions {
  /**
   * A line for the shell, or `[file, ...args]` without one. `{port}` and `{url}` become those of the
   * process; `{name.port}` and `{name.url}` those of another that is started with it.
   */
  readonly command: string | readonly [file: string, ...args: string[]]
  /** Where it runs. Default: the working directory. */
  readonly cwd?: string | undefined
  /**
   * Variables on top of those of this process; `undefined` takes one away. Placeholders as in
   * `command`. `PORT` has the port, and `NO_PROXY` the names of loopback.
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /**
   * The port that it must have, or `false` for a process that chooses one itself and says so in its
   * output (`PORT` is `0` then). Default: a free one, claimed for it.
   */
  readonly port?: number | false | undefined
  /** How to tell that it is ready. Default: `'answers'`. */
  readonly ready?: Ready | undefined
  /** For how many milliseconds it may be getting ready. Default: 60 000. */
  readonly timeout?: number | undefined
  /** What asks it to end. What has not ended 5 s later is killed. Default: `SIGTERM`. */
  readonly signal?: NodeJS.Signals | undefined
}

/**
 * - `'answers'`: it, or a process that it has started, listens on its port and answers a request
 *   there, whatever the answer is
 * - `'listening'`: it listens on its port
 * - `{ url }`: a GET of this URL has a status from 200 to 399, or the one that is given. A path is
 *   one on its own port, on which it must listen itself; in a URL, placeholders as in `command`
 * - `{ output }`: what it prints, without colours, matches. A group named `port` or `url` in the
 *   pattern tells where it listens
 */
export type Ready =
  | 'answers'
  | 'listening'
  | { readonly url: string; readonly status?: number | undefined }
  | { readonly output: RegExp }

/** Options that are in order, with their defaults. */
export interface ProcessPlan {
  /** What messages call it. */
  readonly where: string
  /** Its name among those that are started together. */
  readonly name: string
  readonly command: string | readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly port: number | false | undefined
  readonly ready: Ready
  readonly timeout: number
  readonly signal: NodeJS.Signals
}

const isString = (value: unknown): value is string => typeof value === 'string'
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isIntegerTo = (value: unknown, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most

/** One row for each option: what it takes, in words and as a test. */
export const PROCESS_RULES: Record<keyof ProcessOptions, OptionRule> = {
  command: {
    takes: "a line for the shell such as 'node server.js', or [file, ...args]",
    valid: (value) =>
      (isString(value) && value.trim() !== '') ||
      (Array.isArray(value) && value.every(isString) && Boolean(value[0])),
  },
  cwd: { takes: 'the path of a folder', valid: (value) => isString(value) && value !== '' },
  env: {
    takes: '{ NAME: a string, or undefined to take NAME away }',
    valid: (value) =>
      isRecord(value) && Object.values(value).every((text) => text === undefined || isString(text)),
  },
  port: {
    takes: 'a whole number from 1 to 65535, or false for a process that chooses its own',
    valid: (value) => value === false || isIntegerTo(value, 65_535),
  },
  ready: {
    takes: "'answers', 'listening', { url, status? } or { output: a regular expression }",
    valid: isReady,
  },
  timeout: {
    takes: 'a number of milliseconds, from 1 to 3600000 (one hour)',
    valid: (value) => isIntegerTo(value, 3_600_000),
  },
  signal: {
    takes: "the name of a signal such as 'SIGTERM' or 'SIGINT'",
    valid: (value) => isString(value) && Object.hasOwn(constants.signals, value),
  },
}

/** @throws `INVALID_OPTION`, `UNKNOWN_OPTION`, `PROCESS_NOT_STARTED` when `cwd` is no folder */
export function planProcess(where: string, name: string, options: ProcessOptions): ProcessPlan {
  if (!isRecord(options)) {
    throw new MockberthError(
      'INVALID_OPTION',
      `${where} got ${JSON.stringify(options) ?? String(options)}; it takes an object with a command: { command: 'node server.js' }.`,
    )
  }
  checkOptions(where, options, PROCESS_RULES)
  if (options.command === undefined) {
    throw invalidOption(where, 'command', undefined, PROCESS_RULES.command.takes)
  }
  const { ready = 'answers', port } = options
  if (port === false && !tellsPort(ready)) {
    throw new MockberthError(
      'INVALID_OPTION',
      `${where}: port is false, and nothing tells which one it chooses. Name it in a pattern for its output: ready: { output: /listening on port (?<port>\\d+)/ }.`,
    )
  }
  return {
    where,
    name,
    command: options.command,
    cwd: existingFolder(where, resolve(options.cwd ?? '.')),
    env: options.env ?? {},
    port,
    ready,
    timeout: options.timeout ?? 60_000,
    signal: options.signal ?? 'SIGTERM',
  }
}

function isReady(value: unknown): boolean {
  if (value === 'answers' || value === 'listening') return true
  if (!isRecord(value)) return false
  const { url, status, output, ...others } = value
  if (Object.keys(others).length > 0) return false
  if (output !== undefined)
    return output instanceof RegExp && url === undefined && status === undefined
  return (
    isString(url) &&
    /^(\/|https?:\/\/|\{)/.test(url) &&
    (status === undefined || (isIntegerTo(status, 599) && (status as number) >= 100))
  )
}

function tellsPort(ready: Ready): boolean {
  return (
    typeof ready === 'object' && 'output' in ready && /\(\?<(port|url)>/.test(ready.output.source)
  )
}

function existingFolder(where: string, folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder
  throw new MockberthError(
    'PROCESS_NOT_STARTED',
    `${where}: there is no folder ${folder} to run its command in. cwd takes the path of one, from the working directory on.`,
  )
}
