import { MockberthError, type ErrorCode } from '../errors.ts'
import type { Declaration } from './define.ts'

/**
 * The declaration that a module exports.
 *
 * @throws `DECLARATION_INVALID` when its default export is none
 */
export function declarationOf(module: { readonly default?: unknown }, file: string): Declaration {
  const declaration = module.default as Partial<Declaration> | null | undefined
  if (typeof declaration?.start === 'function' && typeof declaration.check === 'function') {
    return declaration as Declaration
  }
  const problem =
    declaration === undefined
      ? `${file} has no default export`
      : `the default export of ${file} is not a declaration`
  throw setupError(
    'DECLARATION_INVALID',
    `${problem}. A declaration is what defineMocks() returns: export default defineMocks({ … }).`,
  )
}

/**
 * An error in how a runner was set up, as runners print it: with the given lines of a stack, and
 * without the frames of this package and of the runner, which say nothing to its reader.
 */
export function setupError(code: ErrorCode, message: string, frames = ''): MockberthError {
  const error = new MockberthError(code, message)
  error.stack = `${error.name}: ${message}${frames}`
  return error
}
