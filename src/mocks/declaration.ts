import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  describeError,
  errorWithoutStack,
  invalidOption,
  MockberthError,
  ownFrames,
  refuseUnknownOptions,
} from '../errors.ts'
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
  throw errorWithoutStack(
    'DECLARATION_INVALID',
    `${problem}. A declaration is what defineMocks() returns: export default defineMocks({ … }).`,
  )
}

/** The folder of the package that a file belongs to; where there is none, the file's own. */
export function packageFolder(file: string): string {
  const own = dirname(file)
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder)) return own
  }
}

/**
 * The error for a declaration that cannot be loaded, or with which `start()` has found something wrong.
 * Its stack has the user's own lines.
 */
export function unusableDeclaration(file: string, error: unknown): MockberthError {
  const ours = (error as { name?: unknown } | null)?.name === 'MockberthError'
  return errorWithoutStack(
    ours ? (error as MockberthError).code : 'DECLARATION_FAILED',
    `the declaration ${file} ${ours ? 'cannot be used' : 'cannot be loaded; mend it, or what it imports'}: ${describeError(error)}`,
    ownFrames(error) || ownFrames((error as { cause?: unknown } | null)?.cause),
  )
}

/**
 * Checks what `mockTest()` of a runner is given, as far as it is the same for all.
 *
 * @param known the options that the runner's has
 * @throws `INVALID_OPTION`, `UNKNOWN_OPTION`
 */
export function checkMockTest(mocks: unknown, options: unknown, known: readonly string[]): void {
  if (typeof (mocks as { start?: unknown } | null)?.start !== 'function') {
    throw new MockberthError(
      'INVALID_OPTION',
      'mockTest(): the first argument is not a declaration; it takes what defineMocks() returned.',
    )
  }
  if (typeof options !== 'object' || options === null) {
    throw invalidOption('mockTest()', 'the options', options, 'an object')
  }
  refuseUnknownOptions('mockTest()', options, known)
  const { base } = options as { readonly base?: { readonly extend?: unknown } }
  if (base !== undefined && typeof base?.extend !== 'function') {
    throw invalidOption('mockTest()', 'base', base, 'a `test` with fixtures of your own')
  }
}
