/** Every code that a {@link MockberthError} of this package can carry. */
export type ErrorCode =
  | 'BIND_FAILED'
  | 'BODY_CUT'
  | 'BROWSER_MODE_UNSUPPORTED'
  | 'DECLARATION_FAILED'
  | 'DECLARATION_INVALID'
  | 'DECLARATION_MISSING'
  | 'ENV_DUPLICATE'
  | 'ENV_FUNCTION_FAILED'
  | 'ENV_INVALID_NAME'
  | 'ENV_TAKEN'
  | 'HANDLERS_FAILED'
  | 'HANDLERS_INVALID'
  | 'INVALID_NAME'
  | 'INVALID_OPTION'
  | 'MODE_INVALID'
  | 'NO_PORTS_LEFT'
  | 'PLUGIN_IDLE'
  | 'PORT_TAKEN'
  | 'RECORDING_INVALID'
  | 'RECORDING_LOCKED'
  | 'RECORDING_MISSING'
  | 'RECORDING_NOT_WRITABLE'
  | 'RECORDING_REFUSED'
  | 'RECORDING_TOO_LARGE'
  | 'RECORDING_UNDECLARED'
  | 'RECORDING_UPSTREAM_MISMATCH'
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
  }
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

/** The system's code of an error (`EADDRINUSE`), if it has one. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}
