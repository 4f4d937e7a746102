import type {
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  TestInfo,
  TestType,
} from '@playwright/test'
import type { RunningTest } from '../contract/index.ts'
import { MockberthError } from '../errors.ts'
import { followTests, type TestState } from '../mocks/blame.ts'
import { packageFolder } from '../mocks/declaration.ts'
import type { Declaration, Mocks } from '../mocks/define.ts'
import type { RunningSet } from '../mocks/running-set.ts'
import { throwAll } from '../report/failing-test.ts'
import { joinRun, NO_SERVICES_VARIABLE, SERVICES_VARIABLE, takeNote } from '../run/run.ts'
import type { ServicesPlace } from '../services/lease.ts'
import { attachOutput, type WorkerApps } from './app.ts'
import { attachTraffic } from './attach.ts'

/** The mock APIs of a worker, and what fails its tests for them. */
export interface WorkerSet {
  readonly running: RunningSet
  /** The apps of the worker, once they have started. */
  apps: WorkerApps | undefined
  /** An attempt of a test begins. Resolves when everything is as new for it. */
  begin(testInfo: TestInfo): Promise<void>
  /**
   * It is over.
   * @throws `UNHANDLED_REQUEST` and `UNUSED_OVERRIDE` with what it is to blame for, `PROCESS_ENDED`
   * when an app has died
   */
  finish(testInfo: TestInfo): Promise<void>
  /**
   * The worker is over.
   * @throws `UNHANDLED_REQUEST` and `UNUSED_OVERRIDE` with what no single test could be blamed for
   */
  end(): Promise<void>
}

/**
 * @param place a file or a folder of the project, in whose package paths of recordings begin
 * @param slot names the worker among those that run at once
 */
export async function startWorkerSet(
  mocks: Mocks,
  place: string,
  slot: string,
): Promise<WorkerSet> {
  const declaration = mocks as Declaration
  noteMissingReporter()
  const services = placeOfServices(declaration, slot)
  const running = await declaration.startIn({ services }, { root: packageFolder(place) })
  const blame = followTests(running, warn)
  const current = new Map<TestInfo, RunningTest>()
  const set: WorkerSet = {
    running,
    apps: undefined,
    async begin(testInfo) {
      const test = {
        name: nameOf(testInfo),
        isToFail: testInfo.expectedStatus === 'failed',
      }
      current.set(testInfo, test)
      await blame.begin(test)
    },
    async finish(testInfo) {
      const test = current.get(testInfo)!
      current.delete(testInfo)
      const ended = await blame.end(test, stateOf(testInfo))
      const errors = [...ended, ...(await deathsOf(set.apps))]
      const hasFailed = testInfo.status !== testInfo.expectedStatus
      if (errors.length > 0 || hasFailed) {
        await attachTraffic(testInfo, errors, running.evidence())
        if (set.apps !== undefined) await attachOutput(testInfo, set.apps)
      }
      throwAll(asOne(errors))
    },
    async end() {
      await running.stop()
      throwAll(asOne(blame.close()))
    },
  }
  return set
}

/** Only the reporter knows how much of the tests they are, for a run that goes on around them. */
function noteMissingReporter(): void {
  if ((process.env[SERVICES_VARIABLE] ?? process.env[NO_SERVICES_VARIABLE]) !== undefined) return
  const partial =
    "Playwright without the reporter 'mockberth/playwright/reporter', which knows how much"
  takeNote(joinRun(), { type: 'tests', extent: { partial, skipped: 0 } })
}

function placeOfServices({ serviceNames }: Declaration, slot: string): ServicesPlace | undefined {
  const owner = process.env[SERVICES_VARIABLE]
  if (owner !== undefined) return { owner, slot }
  const problem = process.env[NO_SERVICES_VARIABLE]
  if (problem !== undefined && serviceNames.length > 0) {
    console.warn(`mockberth: each worker starts its own services: ${problem}`)
  }
  return undefined
}

/** A test, as reports name it. */
export function nameOf({ titlePath }: TestInfo): string {
  return titlePath.slice(1).join(' › ')
}

/** Several workers print to one terminal, which does not say whose test it is. */
function warn(text: string, test?: RunningTest): void {
  console.warn(`mockberth: ${test === undefined ? '' : `${test.name}\n`}${text}\n`)
}

/** Of an AggregateError, Playwright prints the message and, by version, all of its errors after it. */
function asOne(errors: readonly MockberthError[]): readonly MockberthError[] {
  const [first, ...others] = errors
  if (first === undefined || others.length === 0) return errors
  return [new MockberthError(first.code, errors.map(({ message }) => message).join('\n\n'))]
}

async function deathsOf(apps: WorkerApps | undefined): Promise<MockberthError[]> {
  const results = await Promise.allSettled((apps?.all ?? []).map((app) => app.verify()))
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
}

function stateOf({ status, expectedStatus }: TestInfo): TestState {
  if (status === 'skipped') return 'skipped'
  return status === expectedStatus ? 'passed' : 'failed'
}

/** What `mockTest()` builds on, once its tests have the mocks. */
export type MockedTest<More extends object = object> = TestType<
  PlaywrightTestArgs & PlaywrightTestOptions,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & { mockberthSet: WorkerSet } & More
>
