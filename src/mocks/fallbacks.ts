import type { Responder, RunningTest } from '../contract/index.ts'
import { describeError } from '../errors.ts'
import type { MockUrls } from '../recording/origins.ts'
import type { Recorder } from '../recording/recorder.ts'
import { joinRun, type Run } from '../run/run.ts'
import type { ApiPlan } from './plan.ts'
import { isRecording } from './mode.ts'

/** What answers an API's requests that no handler does, as its mode says. */
export interface Fallback {
  readonly responders: readonly Responder[]
  /** The files of what is replayed. */
  readonly files: readonly string[]
  /** Whether a recording has changed since it was loaded. */
  isStale(): Promise<boolean>
}

/** What is the same for all APIs of a set. */
export interface FallbackSurroundings {
  readonly run: Run
  /** Where the upstreams are mocked, as an API sees it. */
  mockUrls(plan: ApiPlan): MockUrls
}

/**
 * Prepares what is behind the handlers of a set's APIs. The code for it is loaded only where it is
 * needed.
 *
 * @throws `RECORDING_MISSING`, `RECORDING_INVALID`, `RECORDING_TOO_LARGE`,
 * `RECORDING_UPSTREAM_MISMATCH`, `RECORDING_NOT_WRITABLE`, `RECORDING_LOCKED`, `INVALID_OPTION`
 */
export async function prepareFallbacks(
  plans: readonly ApiPlan[],
  surroundings: FallbackSurroundings,
): Promise<Fallback[]> {
  const results = await Promise.allSettled(plans.map((plan) => prepare(plan, surroundings)))
  const prepared = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed === undefined) return prepared
  await closeFallbacks(prepared)
  throw failed.reason
}

/**
 * Finds what is wrong with them, and leaves nothing.
 *
 * @returns as `filesOf()` does
 * @throws as `prepareFallbacks()` does
 */
export async function checkFallbacks(plans: readonly ApiPlan[]): Promise<readonly string[]> {
  const surroundings = { run: joinRun(undefined), mockUrls: () => new Map<string, string>() }
  const fallbacks = await prepareFallbacks(plans, surroundings)
  await closeFallbacks(fallbacks)
  return filesOf(plans, fallbacks)
}

/** The files of recordings, there or not, and those that belong to them. */
export function filesOf(plans: readonly ApiPlan[], fallbacks: readonly Fallback[]): string[] {
  const recordings = plans.flatMap(({ recording }) => recording ?? [])
  return [...new Set([...recordings, ...fallbacks.flatMap(({ files }) => files)])]
}

/** Lets go of what they hold. What goes wrong is said, and nothing is lost by it. Never rejects. */
export async function closeFallbacks(fallbacks: readonly Fallback[]): Promise<void> {
  const responders = fallbacks.flatMap((fallback) => fallback.responders)
  const results = await Promise.allSettled(responders.map((responder) => responder.close?.()))
  for (const result of results) {
    if (result.status === 'rejected') console.error(`mockberth: ${describeError(result.reason)}`)
  }
}

/** Tells them that a test passed. */
export function tellPassed(fallbacks: readonly Fallback[], test: RunningTest): void {
  for (const { responders } of fallbacks) {
    for (const responder of responders) responder.passed?.(test)
  }
}

const NOTHING: Fallback = { responders: [], files: [], isStale: async () => false }

async function prepare(plan: ApiPlan, surroundings: FallbackSurroundings): Promise<Fallback> {
  const { definition, mode, recording, upstream } = plan
  if (mode === 'replay') {
    if (recording === undefined) return NOTHING
    const { prepareReplay } = await import('./recordings.ts')
    return prepareReplay(plan, recording, surroundings)
  }
  // A mistake in `match` is one in every mode.
  if (definition.match !== undefined) {
    const { compileRules } = await import('./recordings.ts')
    await compileRules(plan)
  }
  if (upstream === undefined) return NOTHING
  const known = mode === 'record-missing' ? await prepareKnown(plan, surroundings) : NOTHING
  const asking = await prepareUpstream(plan, upstream, surroundings)
  return { ...known, responders: [...known.responders, asking] }
}

async function prepareKnown(plan: ApiPlan, surroundings: FallbackSurroundings): Promise<Fallback> {
  const { prepareRecorded } = await import('./recordings.ts')
  return (await prepareRecorded(plan, plan.recording!, surroundings)) ?? NOTHING
}

async function prepareUpstream(
  plan: ApiPlan,
  upstream: string,
  { run, mockUrls }: FallbackSurroundings,
): Promise<Responder> {
  const { createUpstreamResponder } = await import('../responders/upstream.ts')
  const { rewriteUrls = 'links', upstreamTimeout = 120_000 } = plan.definition
  return createUpstreamResponder(upstream, {
    rewriteUrls,
    timeout: upstreamTimeout,
    mockUrls: () => mockUrls(plan),
    recorder: isRecording(plan.mode) ? await prepareRecorder(plan, run) : undefined,
  })
}

async function prepareRecorder(plan: ApiPlan, run: Run): Promise<Recorder> {
  const { openRecorder } = await import('./open-recorder.ts')
  return openRecorder(plan, run)
}
