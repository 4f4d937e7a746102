import type { Override, RunningTest, UnhandledRequest } from '../contract/index.ts'
import type { MockberthError } from '../errors.ts'
import { explainUnhandled, unhandledError } from '../report/unhandled.ts'
import { explainLost, explainUnused, unusedError } from '../report/unused.ts'
import type { OwnSet, RunningSet } from './running-set.ts'

/** What became of a test, apart from what it is to blame for here. */
export type TestState = 'passed' | 'failed' | 'skipped'

/** Finds out, for a runner, which test an unhandled request or an unused override belongs to. */
export interface Blame {
  /**
   * A test begins: with everything as new, unless others are still running.
   * @throws `SERVICE_RESET_FAILED`
   */
  begin(test: RunningTest): Promise<void>
  /**
   * A test is over.
   * @param own what it had to itself, if it had: it alone is to blame for all in it
   * @returns `UNHANDLED_REQUEST` and `UNUSED_OVERRIDE` with what it alone is to blame for,
   * `PROCESS_ENDED` when a service has died
   */
  end(test: RunningTest, state: TestState, own?: OwnSet): Promise<readonly MockberthError[]>
  /**
   * The file is over.
   * @returns `UNHANDLED_REQUEST` and `UNUSED_OVERRIDE` with what no single test could be blamed for
   */
  close(): readonly MockberthError[]
}

/**
 * Starts to follow the tests of one file.
 *
 * @param warn told what fails nothing, and which test it is about
 */
export function followTests(
  running: RunningSet,
  warn: (text: string, test?: RunningTest) => void,
): Blame {
  const { scope } = running
  const strays: UnhandledRequest[] = []
  const lost: Override[] = []
  const takeAll = (): void => {
    strays.push(...scope.unhandled.splice(0))
    lost.push(...scope.overrides.splice(0).filter(isUnused))
  }
  const renew = async (): Promise<void> => {
    takeAll()
    await running.renew()
    await running.held.reset()
  }
  let renewal: Promise<void> | undefined
  return {
    async begin(test) {
      if (scope.tests.length === 0) {
        // Tests that begin at once begin with the same: a second reset would take what the first one wrote.
        const own = (renewal ??= renew())
        try {
          await own
        } finally {
          if (renewal === own) renewal = undefined
        }
      }
      scope.tests = [...scope.tests, test]
    },
    async end(test, state, own) {
      const death = await running.held.died()
      own?.close()
      scope.tests = scope.tests.filter((one) => one !== test)
      const scopes = own === undefined ? [scope] : [own.scope, scope]
      const unhandled = scopes.flatMap((one) => takeOwn(one.unhandled, test))
      // What is skipped half-way had no time to use them.
      const unused = scopes
        .flatMap((one) => takeOwn(one.overrides, test))
        .filter((override) => state !== 'skipped' && isUnused(override))
      const errors = [
        ...(death === undefined ? [] : [death]),
        ...unansweredErrors(unhandled, () => 'This test made requests that nothing answered.'),
        ...unusedErrors(
          unused,
          (text) => warn(text, test),
          () => 'This test gave overrides that never ran.',
        ),
      ]
      if (errors.length === 0 && state === 'passed') running.passed(test)
      return errors
    },
    close() {
      takeAll()
      return [
        ...unansweredErrors(strays.splice(0), unansweredWhen),
        ...unusedErrors(lost.splice(0), warn, unusedWhen),
      ]
    },
  }
}

function isUnused({ fate }: Override): boolean {
  return !fate.hasRun
}

/** What a test, or several, caused. */
interface Caused {
  readonly during: readonly RunningTest[]
}

/** Takes out of a list what a test alone is to blame for. */
function takeOwn<Kind extends Caused>(list: Kind[], test: RunningTest): Kind[] {
  const all = list.splice(0)
  const isOwn = ({ during }: Kind): boolean => during.length === 1 && during[0] === test
  list.push(...all.filter((caused) => !isOwn(caused)))
  return all.filter(isOwn)
}

type Heading = (during: readonly RunningTest[]) => string

function unansweredErrors(
  unhandled: readonly UnhandledRequest[],
  heading: Heading,
): MockberthError[] {
  const groups = Map.groupBy(unhandled, ({ during }) => heading(during))
  if (groups.size === 0) return []
  return [unhandledError([...groups].map(([text, requests]) => explainUnhandled(text, requests)))]
}

/** One more error would let a test pass that is expected to fail. */
function isFatal({ policy, during }: Override): boolean {
  return policy === 'fail' && !(during.length === 1 && during[0]!.isToFail === true)
}

/** Warns of those that fail nothing. */
function unusedErrors(
  unused: readonly Override[],
  warn: (text: string) => void,
  heading: Heading,
): MockberthError[] {
  const textsOf = (overrides: readonly Override[]): string[] =>
    [...Map.groupBy(overrides, ({ during }) => heading(during))].map(([text, group]) =>
      group[0]!.during.length === 0 ? explainLost(text, group) : explainUnused(text, group),
    )
  for (const text of textsOf(unused.filter((override) => !isFatal(override)))) warn(text)
  const texts = textsOf(unused.filter(isFatal))
  return texts.length === 0 ? [] : [unusedError(texts)]
}

function unansweredWhen(during: readonly RunningTest[]): string {
  if (during.length === 0) {
    return 'Requests that nothing answered were made outside any test (at import, in beforeAll, or between tests).'
  }
  return during.length === 1
    ? `Requests that nothing answered were still on their way when their test ended: ${namesOf(during)}.`
    : `Requests that nothing answered were made while several tests ran at once: ${namesOf(during)}.`
}

function unusedWhen(during: readonly RunningTest[]): string {
  return during.length === 0
    ? 'Overrides that never ran were given outside any test (at import, in beforeAll, or between tests).'
    : `Overrides that never ran were given while several tests ran at once: ${namesOf(during)}.`
}

function namesOf(tests: readonly RunningTest[]): string {
  return tests.map(({ name }) => JSON.stringify(name)).join(', ')
}
