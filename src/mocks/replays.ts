import type { Responder } from '../contract/index.ts'
import { MockberthError } from '../errors.ts'
import type { MockUrls } from '../recording/links.ts'
import type { Recording } from '../recording/load.ts'
import type { ApiPlan } from './plan.ts'

/** What one API replays, if anything. */
export type Replay = { readonly responder: Responder; isStale(): Promise<boolean> } | undefined

/**
 * Loads what the APIs of a set replay. The code for it is loaded only where there is a recording.
 *
 * @param mockUrls says where the upstreams are mocked, as an API sees it
 * @throws `RECORDING_MISSING`, `RECORDING_INVALID`, `RECORDING_TOO_LARGE`,
 * `RECORDING_UPSTREAM_MISMATCH`, `INVALID_OPTION`
 */
export async function prepareReplays(
  plans: readonly ApiPlan[],
  mockUrls: (plan: ApiPlan) => MockUrls,
): Promise<Replay[]> {
  return Promise.all(plans.map((plan) => prepareReplay(plan, mockUrls)))
}

async function prepareReplay(
  plan: ApiPlan,
  mockUrls: (plan: ApiPlan) => MockUrls,
): Promise<Replay> {
  const { name, definition, recording: file, upstream } = plan
  if (file === undefined || plan.mode !== 'replay') return undefined
  const [{ loadRecording }, { compileMatch }, { createReplayResponder }] = await Promise.all([
    import('../recording/load.ts'),
    import('../recording/match.ts'),
    import('../responders/replay.ts'),
  ])
  const {
    match = {},
    sequence = 'repeat-last',
    rewriteUrls = 'links',
    timing = 'none',
  } = definition
  const rules = await compileMatch(`the API ${name}`, match)
  const recording = await loadRecording(file)
  checkOrigin(name, recording, upstream)
  const responder = createReplayResponder(recording, {
    rules,
    sequence,
    rewriteUrls,
    timing: timing === 'none' ? 0 : timing === 'recorded' ? 1 : timing,
    origin: upstream,
    mockUrls: () => mockUrls(plan),
  })
  const isStale = async (): Promise<boolean> => (await loadRecording(file)) !== recording
  return { responder, isStale }
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
