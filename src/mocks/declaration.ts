import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errorWithoutStack } from '../errors.ts'
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
