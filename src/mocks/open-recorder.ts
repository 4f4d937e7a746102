import { MockberthError } from '../errors.ts'
import { fingerprintsOf } from '../recording/fingerprints.ts'
import { isRecorded } from '../recording/load.ts'
import { createRecorder, type Known, type Recorder } from '../recording/recorder.ts'
import { redactionKey } from '../recording/redaction/key.ts'
import { createRedactor } from '../recording/redaction/redactor.ts'
import { createReplayIndex } from '../recording/replay-index.ts'
import { mergeRun } from '../recording/save.ts'
import { openSidecar } from '../recording/sidecar.ts'
import { takeNote, type Run } from '../run/run.ts'
import type { ApiPlan } from './plan.ts'
import { compileRules, loadFor, noteUse } from './recordings.ts'

/**
 * Opens what writes an API's traffic into its recording.
 *
 * @throws `RECORDING_NOT_WRITABLE`, `RECORDING_INVALID`, `RECORDING_TOO_LARGE`, `RECORDING_LOCKED`
 */
export async function openRecorder(plan: ApiPlan, run: Run): Promise<Recorder> {
  const { definition, mode, root } = plan
  const file = plan.recording!
  refusePacked(plan.name, file)
  const known = (await isRecorded(file)) ? await knownIn(plan, file, run) : NOTHING_KNOWN
  const sidecar = openSidecar(file, run.id)
  takeNote(run, { type: 'records', file })
  const recorder = createRecorder({
    sidecar,
    known,
    rules: await compileRules(plan),
    redact: createRedactor(definition.redact, redactionKey(root)).redact,
    onlyMissing: mode === 'record-missing',
    onlyPassed: definition.saveOn === 'passed',
  })
  return {
    ...recorder,
    async close() {
      await recorder.close()
      // In a run with an owner, that one merges what all its processes recorded.
      if (run.folder === undefined) await mergeRun(file, run.id)
    },
  }
}

const NOTHING_KNOWN: Known = { find: () => [] }

/** What the recording had when the run began. */
async function knownIn(plan: ApiPlan, file: string, run: Run): Promise<Known> {
  const { recording, rules } = await loadFor(plan, file, run)
  const fingerprints = await fingerprintsOf(file)
  const use = noteUse(recording, run)
  const entries = recording.entries.filter(({ request }) => request.url.origin === plan.upstream)
  const index = createReplayIndex(entries, rules)
  return {
    find: (facts) =>
      index.find(facts).map(({ number }) => {
        use(number)
        return fingerprints[number - 1]!
      }),
  }
}

function refusePacked(api: string, file: string): void {
  if (!/\.(?:zip|gz)$/i.test(file)) return
  throw new MockberthError(
    'RECORDING_NOT_WRITABLE',
    `the API ${api}: ${file} is packed, and nobody could read what a new recording changes in it. Unpack it, and declare the .har.`,
  )
}
