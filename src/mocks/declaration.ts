import { MockberthError } from '../errors.ts'
import type { Mocks } from './define.ts'

/**
 * The declaration that a module exports.
 *
 * @throws `DECLARATION_INVALID` when its default export is none
 */
export function declarationOf(module: { readonly default?: unknown }, file: string): Mocks {
  const mocks = module.default as Partial<Mocks> | undefined
  if (typeof mocks?.start === 'function' && Array.isArray(mocks.names)) return mocks as Mocks
  const got = module.default === undefined ? 'no default export' : 'a default export that is none'
  throw new MockberthError(
    'DECLARATION_INVALID',
    `${file} has ${got}; it takes a declaration: export default defineMocks({ … }).`,
  )
}
