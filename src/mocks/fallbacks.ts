import type { Responder } from '../contract/index.ts'
import { MockberthError } from '../errors.ts'
import type { Recording } from '../recording/load.ts'
import type { MockUrls } from '../recording/origins.ts'
import type { ApiPlan } from './plan.ts'

/** What answers an API's requests that no handler does, as its mode says. */
export interface Fallback {
  readonly responders: readonly Responder[]
  /** Whether a recording has changed since it was loaded. */
  isStale(): Promise<boolean>
}

/**
 * Prepares what is behind the handlers of a set's APIs. The code for it is loaded only where it is
 * needed.
 *
 * @param mockUrls says where the upstreams are mocked, as an API sees it
 * @throws `RECORDING_MISSING`, `RECORDING_INVALID`, `RECORDING_TOO_LARGE`,
 * `RECORDING_UPSTREAM_MISMATCH`, `INVALID_OPTION`
 */
export async function prepareFallbacks(
  plans: readonly ApiPlan[],
  mockUrls: (plan: ApiPlan) => MockUrls,
): Promise<Fallback[]> {
  return Promise.all(
    plans.map((plan) =>
      plan.mode === 'replay'
        ? prepareReplay(plan, () => mockUrls(plan))
        : prepareUpstream(plan, () => mockUrls(plan)),
    ),
  )
}

const NOTHING: Fallback = { responders: [], isStale: async () => false }

async function prepareReplay(plan: ApiPlan, mockUrls: () => MockUrls): Promise<Fallback> {
  const { name, definition, recording: file, upstream } = plan
  if (file === undefined) return NOTHING
  const [{ loadRecording }, { createReplayResponder }, rules] = await Promise.all([
    import('../recording/load.ts'),
    import('../responders/replay.ts'),
    compileRules(plan),
  ])
  const { sequence = 'repeat-last', rewriteUrls = 'links', timing = 'none' } = definition
  const recording = await loadRecording(file)
  checkOrigin(name, recording, upstream)
  const responder = createReplayResponder(recording, {
    rules,
    sequence,
    rewriteUrls,
    timing: timing === 'none' ? 0 : timing === 'recorded' ? 1 : timing,
    origin: upstream,
    mockUrls,
  })
  return {
    responders: [responder],
    isStale: async () => (await loadRecording(file)) !== recording,
  }
}

async function prepareUpstream(plan: ApiPlan, mockUrls: () => MockUrls): Promise<Fallback> {
  const { upstream, definition } = plan
  // A mistake in `match` is one in every mode.
  if (definition.match !== undefined) await compileRules(plan)
  if (upstream === undefined) return NOTHING
  const { createUpstreamResponder } = await import('../responders/upstream.ts')
  const { rewriteUrls = 'links' } = definition
  const responder = createUpstreamResponder(upstream, { rewriteUrls, mockUrls })
  return { ...NOTHING, responders: [responder] }
}

async function compileRules({ name, definition }: ApiPlan) {
  const { compileMatch } = await import('../recording/match.ts')
  return compileMatch(`the API ${name}`, definition.match ?? {})
}

/** A recording without any entry of the upstream is most likely that of another API. */
function checkOrigin(
  api: string,
  { entries, skipped, file }: Recording,
  upstream: string | undefined,
): void {
  const origins = new Set(entries.map(({ request }) => request.url.origin))
  if (upstream === undefined || origins.size === 0 || origins.has(upstream)) return
  if (skipped.some(({ origin }) => origin === upstream)) return
  throw new MockberthError(
    'RECORDING_UPSTREAM_MISMATCH',
    `the API ${api}: the recording ${file} has no entry of the upstream ${upstream}; it has entries of ${[...origins].slice(0, 5).join(', ')}. Declare one of these as upstream, or another recording.`,
  )
}
