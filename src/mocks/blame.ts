import type { RunningTest, UnhandledRequest } from '../contract/index.ts'
import { explainUnhandled, unhandledError } from '../report/unhandled.ts'
import type { RunningSet } from './start.ts'

/** Finds out, for a runner, which test an unhandled request belongs to. */
export interface Blame {
  /** A test begins: with everything as new, unless others are still running. */
  begin(test: RunningTest): Promise<void>
  /**
   * A test is over.
   * @param passed whether nothing else is wrong with it
   * @throws `UNHANDLED_REQUEST` with what it alone is to blame for
   */
  end(test: RunningTest, passed: boolean): void
  /**
   * The file is over.
   * @throws `UNHANDLED_REQUEST` with what no single test could be blamed for
   */
  close(): void
}

/** Starts to follow the tests of one file. */
export function followTests(running: RunningSet): Blame {
  const { scope } = running
  const strays: UnhandledRequest[] = []
  const takeAll = (): UnhandledRequest[] => strays.splice(0).concat(scope.unhandled.splice(0))
  return {
    async begin(test) {
      if (scope.tests.size === 0) {
        strays.push(...scope.unhandled.splice(0))
        await running.renew()
      }
      scope.tests.add(test)
    },
    end(test, passed) {
      scope.tests.delete(test)
      const isMine = ({ during }: UnhandledRequest): boolean =>
        during.length === 1 && during[0] === test
      const mine = scope.unhandled.filter(isMine)
      scope.unhandled = scope.unhandled.filter((request) => !isMine(request))
      if (mine.length === 0) {
        if (passed) running.passed(test)
        return
      }
      throw unhandledError([
        explainUnhandled('This test made requests that nothing answered.', mine),
      ])
    },
    close() {
      const groups = Map.groupBy(takeAll(), ({ during }) => circumstances(during))
      if (groups.size === 0) return
      const texts = [...groups].map(([heading, requests]) => explainUnhandled(heading, requests))
      throw unhandledError(texts)
    },
  }
}

function circumstances(during: readonly RunningTest[]): string {
  const names = during.map(({ name }) => JSON.stringify(name)).join(', ')
  if (during.length === 0) {
    return 'Requests that nothing answered were made outside any test (at import, in beforeAll, or between tests).'
  }
  return during.length === 1
    ? `Requests that nothing answered were still on their way when their test ended: ${names}.`
    : `Requests that nothing answered were made while several tests ran at once: ${names}.`
}
