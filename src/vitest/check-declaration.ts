import type { TestProject } from 'vitest/node'
import { declarationOf, packageFolder, unusableDeclaration } from '../mocks/declaration.ts'

/**
 * Loads a declaration in Vitest's main process before any worker does, and finds what `start()`
 * would find wrong in it, so that one mistake is reported once.
 *
 * @returns the files of its recordings
 * @throws `DECLARATION_FAILED`, `DECLARATION_INVALID`, or what `defineMocks()` and `start()` throw
 */
export async function checkDeclaration(
  project: TestProject,
  file: string,
): Promise<readonly string[]> {
  const module = await project.import<object>(file).catch((error: unknown) => {
    throw unusableDeclaration(file, error)
  })
  const declaration = declarationOf(module, file)
  try {
    return await declaration.check({ root: packageFolder(file) })
  } catch (error) {
    throw unusableDeclaration(file, error)
  }
}
