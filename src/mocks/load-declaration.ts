import { existsSync, realpathSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { errorWithoutStack } from '../errors.ts'
import { declarationOf, unusableDeclaration } from './declaration.ts'
import type { Declaration } from './define.ts'

/** A declaration, and where it was. */
export interface LoadedDeclaration {
  readonly declaration: Declaration
  readonly file: string
}

/** Of these there is one in a process, whoever loads them: theirs are the classes that both sides know. */
const SHARED = ['mockberth', 'msw']

/** Of which the first that is in the working directory is the declaration, where none is named. */
const NAMES = ['ts', 'mts', 'js', 'mjs'].map((extension) => `mockberth.config.${extension}`)

/**
 * Loads a declaration outside of a runner, as Vite would: TypeScript of any kind, imports without
 * extensions, aliases of tsconfig's `paths`, and CommonJS. Nothing is left on the disk. What was loaded
 * before is loaded anew, except for packages.
 *
 * @param path default: that of `mockberth.config.ts` (mts, js, mjs) in the working directory
 * @throws `DECLARATION_MISSING`, `DECLARATION_FAILED`, `DECLARATION_INVALID`, or what `defineMocks()` throws
 */
export async function loadDeclaration(path?: string): Promise<LoadedDeclaration> {
  const file = path === undefined ? usualFile() : existingFile(path)
  const module = await importFile(file).catch((error: unknown) => {
    throw unusableDeclaration(file, error)
  })
  return { declaration: declarationOf(module, file), file }
}

const loaded = new Set<string>()

/** The files of the project that the last declaration consists of, as far as it could be loaded. */
export function filesOfDeclaration(): string[] {
  return [...loaded]
}

async function importFile(file: string): Promise<ImportedModule> {
  const { createJiti } = await import('jiti')
  const jiti = createJiti(file, {
    fsCache: false,
    interopDefault: false,
    nativeModules: SHARED,
    tsconfigPaths: true,
  })
  for (const path of loaded) delete jiti.cache[path]
  loaded.clear()
  const before = new Set(Object.keys(jiti.cache))
  try {
    return withDefault(await jiti.import<ImportedModule>(file))
  } finally {
    for (const path of Object.keys(jiti.cache)) {
      if (!before.has(path) && !/[/\\]node_modules[/\\]/.test(path)) loaded.add(path)
    }
  }
}

interface ImportedModule {
  readonly default?: unknown
  readonly start?: unknown
}

/** What CommonJS exports in place of a module is its default export. */
function withDefault(module: ImportedModule): ImportedModule {
  const isDeclaration = typeof module.start === 'function' && !('default' in module)
  return isDeclaration ? { default: module } : module
}

function existingFile(path: string): string {
  const file = resolve(path)
  try {
    return realpathSync(file)
  } catch {
    const start = isAbsolute(path)
      ? ''
      : ' The path of a declaration starts in the working directory.'
    throw errorWithoutStack('DECLARATION_MISSING', `there is no file ${file}.${start}`)
  }
}

function usualFile(): string {
  const folder = realpathSync(process.cwd())
  const file = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path))
  if (file !== undefined) return file
  throw errorWithoutStack(
    'DECLARATION_MISSING',
    `there is no mockberth.config.ts (mts, js, mjs) in ${folder}. Name the file that declares the mocks, or run this in the folder that has one.`,
  )
}
