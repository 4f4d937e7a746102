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
  | 'ENV_FUNCTION_FAILED'
  | 'ENV_INVALID_NAME'
  | 'ENV_TAKEN'
  | 'HANDLERS_FAILED'
  | 'HANDLERS_INVALID'
  | 'INVALID_NAME'
  | 'INVALID_OPTION'
  | 'MODE_INVALID'
  | 'NOT_RECEIVED'
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
  | 'UPSTREAM_HAS_PATH'
  | 'UPSTREAM_INVALID'
  | 'UPSTREAM_MISSING'

/**
 * Every error that mockberth throws on purpose. `message` says what happened, where, and what to
 * do about it; `code` is stable and meant for programs; `cause` is the underlying error, if any.
 */
export class MockberthError extends Error {
  override readonly name: string = 'MockberthError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What an error says, whatever was thrown. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message === '' ? error.name : error.message
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

/** A value in an error's text, on one line. */
export function showValue(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (types.isPromise(value)) return 'a promise'
  if (types.isRegExp(value)) return String(value)
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
