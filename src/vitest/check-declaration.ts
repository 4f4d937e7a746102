import type { TestProject } from 'vitest/node'
import { declarationOf, packageFolder, unusableDeclaration } from '../mocks/declaration.ts'

/** What the owner of the runs has to know of a declaration. */
export interface CheckedDeclaration {
  /** The files of its recordings. */
  readonly recordings: readonly string[]
  readonly hasServices: boolean
}

/**
 * Loads a declaration in Vitest's main process before any worker does, and finds what `start()`
 * would find wrong in it, so that one mistake is reported once.
 *
 * @throws `DECLARATION_FAILED`, `DECLARATION_INVALID`, or what `defineMocks()` and `start()` throw
 */
export async function checkDeclaration(
  project: TestProject,
  file: string,
): Promise<CheckedDeclaration> {
  const module = await project.import<object>(file).catch((error: unknown) => {
    throw unusableDeclaration(file, error)
  })
  const declaration = declarationOf(module, file)
  try {
    const recordings = await declaration.check({ root: packageFolder(file) })
    return { recordings, hasServices: declaration.serviceNames.length > 0 }
  } catch (error) {
    throw unusableDeclaration(file, error)
  }
}
