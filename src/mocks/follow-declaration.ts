import { filesOfDeclaration } from './load-declaration.ts'
import { serveMocks, type ServedMocks } from './served-mocks.ts'
import { watchFiles } from './watched-files.ts'

/** Mocks that are what is declared, also when that changes. */
export interface FollowedMocks {
  /** What is served now. */
  readonly current: ServedMocks
  /** Follows no longer. What is served goes on. */
  leave(): void
}

/** Who is told of it. */
export interface FollowObserver {
  /**
   * Something else is served from now on.
   * @param changed the files because of which it was loaded again
   */
  replaced(served: ServedMocks, changed: readonly string[]): void | Promise<void>
  /** What is declared now cannot be served: what was served before is. */
  failed(error: unknown): void
}

/**
 * Follows a declaration that is served: when it changes, what is declared is served in its place, on the
 * same ports.
 */
export function followDeclaration(
  first: ServedMocks,
  { replaced, failed }: FollowObserver,
): FollowedMocks {
  let current = first
  const watched = watchFiles(async (changed) => {
    try {
      current = await serveMocks(first.file, first.host, current.running)
      watched.watch(current.files)
      await replaced(current, changed)
    } catch (error) {
      watched.watch([...current.files, ...filesOfDeclaration()])
      failed(error)
    }
  })
  watched.watch(first.files)
  return {
    get current() {
      return current
    },
    leave: () => watched.close(),
  }
}
