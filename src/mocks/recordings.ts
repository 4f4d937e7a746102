import { MockberthError } from '../errors.ts'
import { isRecorded, loadRecording, type Recording } from '../recording/load.ts'
import { compileMatch, type MatchRules } from '../recording/match.ts'
import { createReplayResponder } from '../responders/replay.ts'
import { takeNote, type Run } from '../run/run.ts'
import type { Fallback, FallbackSurroundings } from './fallbacks.ts'
import type { ApiPlan } from './plan.ts'

/**
 * Prepares the replay of an API's recording.
 *
 * @throws as `loadFor()` does
 */
export async function prepareReplay(
  plan: ApiPlan,
  file: string,
  { run, mockUrls }: FallbackSurroundings,
): Promise<Fallback> {
  const { recording, rules, isStale } = await loadFor(plan, file, run)
  const { sequence = 'repeat-last', rewriteUrls = 'links', timing = 'none' } = plan.definition
  const responder = createReplayResponder(recording, {
    rules,
    sequence,
    rewriteUrls,
    timing: timing === 'none' ? 0 : timing === 'recorded' ? 1 : timing,
    origin: plan.upstream,
    mockUrls: () => mockUrls(plan),
    served: noteUse(recording, run),
  })
  return { responders: [responder], files: [file, ...recording.attachments], isStale }
}

/** As `prepareReplay()`; undefined where nothing has been recorded yet. */
export async function prepareRecorded(
  plan: ApiPlan,
  file: string,
  surroundings: FallbackSurroundings,
): Promise<Fallback | undefined> {
  return (await isRecorded(file)) ? prepareReplay(plan, file, surroundings) : undefined
}

/** The recording of an API, loaded. */
export interface LoadedRecording {
  readonly recording: Recording
  readonly rules: MatchRules
  isStale(): Promise<boolean>
}

/**
 * Loads the recording of an API, and notes that for the run.
 *
 * @throws `RECORDING_MISSING`, `RECORDING_INVALID`, `RECORDING_TOO_LARGE`,
 * `RECORDING_UPSTREAM_MISMATCH`, `INVALID_OPTION`
 */
export async function loadFor(plan: ApiPlan, file: string, run: Run): Promise<LoadedRecording> {
  const rules = await compileRules(plan)
  const recording = await loadRecording(file)
  if (plan.mode === 'replay') checkOrigin(plan.name, recording, plan.upstream)
  const entries = recording.entries.length + recording.skipped.length
  takeNote(run, { type: 'replays', file, version: recording.version, entries })
  return { recording, rules, isStale: async () => (await loadRecording(file)) !== recording }
}

/** Notes for the run that entries were asked for, each once. */
export function noteUse({ file }: Recording, run: Run): (entry: number) => void {
  const used = new Set<number>()
  return (entry) => {
    if (used.has(entry)) return
    used.add(entry)
    takeNote(run, { type: 'used', file, entry })
  }
}

/** @throws `INVALID_OPTION` */
export function compileRules({ name, definition }: ApiPlan): Promise<MatchRules> {
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
