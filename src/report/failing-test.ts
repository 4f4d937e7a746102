import { relative } from 'node:path'
import { describeError, type MockberthError } from '../errors.ts'

/** Where people run commands, whatever the tests make of it. */
const cwd = process.cwd()

/**
 * Says how the traffic of a failed test is served again.
 *
 * @param path of the HAR
 * @param whose traffic it is, in words
 */
export function servingLine(path: string, whose = 'its traffic'): string {
  return `Serve ${whose} again: npx mockberth replay ${asArgument(path)}`
}

/** Says why there is no HAR of it. */
export function unattachedLine(error: unknown, whose = 'its traffic'): string {
  return `The test failed, and ${whose} cannot be attached: ${describeError(error)}`
}

function asArgument(path: string): string {
  const shown = relative(cwd, path)
  return /^[\p{L}\p{N}\p{M}./_-]+$/u.test(shown) ? shown : JSON.stringify(shown)
}

/** An error as runners keep it for their reporters. */
interface TestError {
  /** Whatever an object that was thrown has under this name. */
  message?: unknown
  stack?: string | undefined
}

/**
 * Adds to what a test is reported to have failed with, where all reporters look for it.
 *
 * @returns whether it could: an object without a message is printed as it is
 */
export function appendToError(error: TestError, text: string): boolean {
  const before = error.message
  if (typeof before !== 'string') return false
  const after = `${before}${text}`
  error.message = after
  if (error.stack !== undefined) error.stack = error.stack.replace(before, () => after)
  return true
}

/** Throws it on, for a runner that takes lines of a message for frames when they name a file. */
export function throwWithoutStack(error: unknown): never {
  if (error instanceof Error) error.stack = ''
  throw error
}

/**
 * Fails a test, or what is around it, with all of these. Runners take lines of a message for frames
 * when they name a file, so the errors have no stack.
 */
export function throwAll(errors: readonly MockberthError[]): void {
  for (const error of errors) error.stack = ''
  if (errors.length === 0) return
  if (errors.length === 1) throw errors[0]
  // Vitest takes it apart; before Vitest 4 it prints this one.
  const all = new AggregateError(errors, errors.map(({ message }) => message).join('\n\n'))
  all.stack = ''
  throw all
}
