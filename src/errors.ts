import { types } from 'node:util'

/** Every code that a {@link MockberthError} of this package can carry. */
export type ErrorCode =
  | 'BIND_FAILED'
  | 'BODY_CUT'
  | 'BROWSER_MODE_UNSUPPORTED'
  | 'DECLARATION_FAILED'
  | 'DECLARATION_INVALID'
  | 'DECLARATION_MISSING'
  | 'ENV_DUPLICATE'
  | 'ENV_FILE_TAKEN'
  | 'ENV_FUNCTION_FAILED'
  | 'ENV_INVALID_NAME'
  | 'ENV_TAKEN'
  | 'HANDLERS_FAILED'
  | 'HANDLERS_INVALID'
  | 'HUB_AMBIGUOUS'
  | 'HUB_FOLDER_UNSAFE'
  | 'HUB_GONE'
  | 'HUB_MISSING'
  | 'HUB_REFUSED'
  | 'INVALID_NAME'
  | 'INVALID_OPTION'
  | 'MODE_INVALID'
  | 'NOT_KEPT'
  | 'NOT_RECEIVED'
  | 'NO_PORTS_LEFT'
  | 'PLUGIN_IDLE'
  | 'PORT_TAKEN'
  | 'PROCESS_ENDED'
  | 'PROCESS_NOT_READY'
  | 'PROCESS_NOT_STARTED'
  | 'RECORDING_INVALID'
  | 'RECORDING_LOCKED'
  | 'RECORDING_MISSING'
  | 'RECORDING_NOT_WRITABLE'
  | 'RECORDING_REFUSED'
  | 'RECORDING_TOO_LARGE'
  | 'RECORDING_UNDECLARED'
  | 'RECORDING_UPSTREAM_MISMATCH'
  | 'SERVICES_GONE'
  | 'SERVICE_DATA_UNUSABLE'
  | 'SERVICE_RESET_FAILED'
  | 'SERVICE_SETUP_FAILED'
  | 'STOPPED'
  | 'UNHANDLED_REQUEST'
  | 'UNKNOWN_OPTION'
  | 'UNUSED_OVERRIDE'
  | 'UPSTREAM_HAS_PATH'
  | 'UPSTREAM_INVALID'
  | 'UPSTREAM_MISSING'

/**
 * Every error that mockberth throws on purpose. `code` is stable, meant for programs, and explained
 * in docs/errors.md; `cause` is the underlying error, if any.
 *
 * `message` says where and what happened, then what to do about it: `the API github: mode is 'record',
 * but there is no file to record into. Declare one: …`. What an error of the user's own code says
 * comes last, behind a colon, since nobody knows how it ends. So it is with replies that are refusals
 * and with warnings.
 */
export class MockberthError extends Error {
  override readonly name: string = 'MockberthError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    // A program may have another idea of what a stack is.
    if (typeof this.stack === 'string') this.stack = withoutOurFrames(this.stack, message)
  }
}

/** The stack as its reader wrote it: what of this package has noticed the error says nothing to them. */
function withoutOurFrames(stack: string, message: string): string {
  const start = stack.indexOf(message) + message.length
  const ours = /\n\s+at .*[\\/]node_modules[\\/]mockberth[\\/]dist[\\/].*/g
  return stack.slice(0, start) + stack.slice(start).replaceAll(ours, '')
}

/**
 * An error that runners print as its message and the given lines of a stack: the frames of the place
 * that noticed it would say nothing to its reader.
 */
export function errorWithoutStack(code: ErrorCode, message: string, frames = ''): MockberthError {
  const error = new MockberthError(code, message)
  error.stack = `${error.name}: ${message}${frames}`
  return error
}

/** What an error says, whatever was thrown. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message === '' ? error.name : error.message
}

/** Where a line of a stack points (`file:line:column`), unless that is in a package or in Node. */
export function ownPlace(frame: string): string | undefined {
  if (/[\\/]node_modules[\\/]|node:/.test(frame)) return undefined
  const place = /(?:^|\(|\bat (?:async )?)([^()\s<][^()]*:\d+:\d+)\)?\s*$/.exec(frame)?.[1]
  return place?.replace(/^file:\/\//, '')
}

/** Those lines of the stack that are the user's, read while a runner still maps them to the sources. */
export function ownFrames(error: unknown): string {
  const { stack = '' } = (error ?? {}) as { stack?: string }
  const frames = stack.match(/\n\s+at .*:\d+:\d+\)?/g) ?? []
  return frames.filter((frame) => ownPlace(frame) !== undefined).join('')
}

/** The system's code of an error (`EADDRINUSE`), if it has one. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

/** An option of the wrong type or value. */
export function invalidOption(
  where: string,
  option: string,
  got: unknown,
  takes: string,
  code: ErrorCode = 'INVALID_OPTION',
): MockberthError {
  return new MockberthError(code, `${where}: ${option} got ${showValue(got)}; it takes ${takes}.`)
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

/** What an option takes, in words and as a test. */
export interface OptionRule {
  readonly takes: string
  valid(value: unknown): boolean
}

/**
 * Checks the options that are given.
 *
 * @param where whose they are, in messages
 * @param rules one for each option that there is
 * @throws `UNKNOWN_OPTION`, `INVALID_OPTION`
 */
export function checkOptions(
  where: string,
  options: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, OptionRule>>,
): void {
  refuseUnknownOptions(where, options, Object.keys(rules))
  for (const [option, { takes, valid }] of Object.entries(rules)) {
    const value = options[option]
    if (value !== undefined && !valid(value)) throw invalidOption(where, option, value, takes)
  }
}

/** A value in an error's text, on one line. */
export function showValue(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (types.isPromise(value)) return 'a promise'
  if (types.isRegExp(value) || typeof value === 'number') return String(value)
  if (typeof value === 'bigint') return `${value}n`
  try {
    if (Array.isArray(value)) return `[${value.map(showValue).join(',')}]`
    if (isOfClass(value)) return kindOf(value)
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}

/** Whether JSON would say nothing of it: a `Headers` is `{}` there. */
function isOfClass(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false
  const kind = Object.getPrototypeOf(value) as object | null
  // That of a plain object, in whatever realm, has none itself.
  return kind !== null && Object.getPrototypeOf(kind) !== null
}

function kindOf({ constructor: { name } }: object): string {
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`
}
