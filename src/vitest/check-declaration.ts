import type { TestProject } from 'vitest/node'
import { describeError, errorWithoutStack, ownPlace, type MockberthError } from '../errors.ts'
import { declarationOf, packageFolder } from '../mocks/declaration.ts'

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
    throw unusable(file, error)
  })
  const declaration = declarationOf(module, file)
  try {
    return await declaration.check({ root: packageFolder(file) })
  } catch (error) {
    throw unusable(file, error)
  }
}

function unusable(file: string, error: unknown): MockberthError {
  const ours = (error as { name?: unknown } | null)?.name === 'MockberthError'
  return errorWithoutStack(
    ours ? (error as MockberthError).code : 'DECLARATION_FAILED',
    `the declaration ${file} ${ours ? 'cannot be used' : 'cannot be loaded; mend it, or what it imports'}: ${describeError(error)}`,
    ownFrames(error) || ownFrames((error as { cause?: unknown } | null)?.cause),
  )
}

/** Those lines of the stack that are the user's, read while Vite still maps them to the sources. */
function ownFrames(error: unknown): string {
  const { stack = '' } = (error ?? {}) as { stack?: string }
  const frames = stack.match(/\n\s+at .*:\d+:\d+\)?/g) ?? []
  return frames.filter((frame) => ownPlace(frame) !== undefined).join('')
}
