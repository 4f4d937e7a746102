import { relative } from 'node:path'
import { errorWithoutStack, type MockberthError } from '../errors.ts'
import { filesOfDeclaration } from './load-declaration.ts'
import { serveMocks, type ServedMocks } from './served-mocks.ts'
import { watchFiles } from './watched-files.ts'

/** Mocks that are what is declared, also when that changes. */
export interface FollowedMocks {
  /** What is served now. */
  readonly current: ServedMocks
  /** Follows no longer, once what is being loaded is served. What is served goes on. */
  leave(): Promise<void>
}

/** Who is told of it. */
export interface FollowObserver {
  /**
   * Something else is served from now on.
   * @param changed the files because of which it was loaded again
   */
  replaced(served: ServedMocks, changed: readonly string[]): void | Promise<void>
  /**
   * What is declared now cannot be served, or `replaced()` threw.
   * @param still says what is served
   */
  failed(error: unknown, still: string): void
  /** A service has ended by itself. */
  died(death: MockberthError): void
}

/**
 * Follows a declaration that is served: when it changes, what is declared is served in its place, on the
 * same ports.
 */
export function followDeclaration(
  first: ServedMocks,
  { replaced, failed, died }: FollowObserver,
): FollowedMocks {
  let current = first
  let hasLeft = false
  const watchServices = ({ running }: ServedMocks): void =>
    running.held.watchDeaths((death) => {
      if (!hasLeft) died(withAdvice(death, first.file))
    })
  let loading: Promise<ServedMocks> | undefined
  const watched = watchFiles(async (changed) => {
    const before = current.running.held
    try {
      loading = serveMocks(first.file, first.host, current.running)
      current = await loading
    } catch (error) {
      if (hasLeft) return
      watched.watch([...current.files, ...filesOfDeclaration()])
      return failed(error, stillServed(current))
    }
    if (hasLeft) return
    watched.watch(current.files)
    if (current.running.held.lease !== before.lease) watchServices(current)
    try {
      await replaced(current, changed)
    } catch (error) {
      failed(error, 'What is declared now is served.')
    }
  })
  watched.watch(first.files)
  watchServices(first)
  return {
    get current() {
      return current
    },
    async leave() {
      hasLeft = true
      watched.close()
      await loading?.catch(() => {})
    },
  }
}

/** Nothing starts it again of itself: why it has ended would be seen by nobody. */
function withAdvice({ code, message }: MockberthError, file: string): MockberthError {
  const advice = `Save ${relative(process.cwd(), file)}, and the services start anew.`
  return errorWithoutStack(code, `${message}\n\n${advice}`)
}

function stillServed({ running }: ServedMocks): string {
  return running.held.isReleased()
    ? 'The APIs that were served before still are. The services have ended, as their ports were wanted.'
    : 'What was served before still is.'
}
