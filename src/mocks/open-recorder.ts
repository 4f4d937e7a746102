import { closeSync, existsSync, openSync, readSync, realpathSync } from 'node:fs'
import type { RequestFacts } from '../contract/index.ts'
import { MockberthError } from '../errors.ts'
import { wantsOf } from '../recording/alike.ts'
import type { RecordedEntry } from '../recording/entry.ts'
import { fingerprintsOf } from '../recording/fingerprints.ts'
import { isRecorded } from '../recording/load.ts'
import { createRecorder, type Known, type Recorder } from '../recording/recorder.ts'
import { redactionKey } from '../recording/redaction/key.ts'
import { createKnownSecrets, type KnownSecrets } from '../recording/redaction/known-secrets.ts'
import { createRedactor } from '../recording/redaction/redactor.ts'
import { createReplayIndex, factsOf } from '../recording/replay-index.ts'
import { requestKey } from '../recording/request-key.ts'
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
  const file = realFile(plan.recording!)
  refusePacked(plan.name, file)
  const rules = await compileRules(plan)
  // What is only added to takes nobody's place.
  const replaces = mode === 'record' && (await isRecorded(file))
  const known = replaces ? await knownIn(plan, file, run) : NOTHING_KNOWN
  const sidecar = openSidecar(file, run.id)
  takeNote(run, { type: 'records', file })
  const recorder = createRecorder({
    sidecar,
    origin: plan.upstream!,
    known,
    rules,
    redact: createRedactor(definition.redact, redactionKey(root), knownSecretsOf(run)).redact,
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

const knownSecrets = new WeakMap<Run, KnownSecrets>()

/** Those of one set, which joined its run once. */
function knownSecretsOf(run: Run): KnownSecrets {
  const known = knownSecrets.get(run) ?? createKnownSecrets()
  knownSecrets.set(run, known)
  return known
}

const NOTHING_KNOWN: Known = { find: () => [] }

/** What the recording had when the run began. */
async function knownIn(plan: ApiPlan, file: string, run: Run): Promise<Known> {
  const { recording, rules } = await loadFor(plan, file, run)
  const fingerprints = await fingerprintsOf(file)
  const use = noteUse(recording, run)
  const entries = recording.entries.filter(({ request }) => request.url.origin === plan.upstream)
  const index = createReplayIndex(entries, rules)
  const keyOf = (entry: RecordedEntry): string =>
    requestKey(plan.upstream!, factsOf(entry, rules), rules)
  return {
    find: (facts, key) =>
      ofSameRequest(index.alike(facts).filter(wantsSame(facts)), key, keyOf).map(({ number }) => {
        use(number)
        return fingerprints[number - 1]!
      }),
  }
}

/**
 * Those that say exactly the same. Where none does, because their secrets were replaced on another
 * machine, all that differ in nothing else; but not where they are of several secrets, of which
 * nobody knows which is which.
 */
function ofSameRequest(
  alike: readonly RecordedEntry[],
  key: string,
  keyOf: (entry: RecordedEntry) => string,
): readonly RecordedEntry[] {
  const exact = alike.filter((entry) => keyOf(entry) === key)
  if (exact.length > 0) return exact
  return new Set(alike.map(keyOf)).size === 1 ? alike : []
}

function wantsSame(facts: RequestFacts): (entry: RecordedEntry) => boolean {
  const wants = JSON.stringify(wantsOf(facts.rawHeaders))
  return ({ request }) => JSON.stringify(wantsOf(request.rawHeaders)) === wants
}

/** Whoever writes it under whatever name, writes the same file. */
function realFile(file: string): string {
  return existsSync(file) ? realpathSync(file) : file
}

function refusePacked(api: string, file: string): void {
  if (!/\.(?:zip|gz)$/i.test(file) && !isPacked(file)) return
  throw new MockberthError(
    'RECORDING_NOT_WRITABLE',
    `the API ${api}: ${file} is packed, and nobody could read what a new recording changes in it. Unpack it, and declare the .har.`,
  )
}

/** As a gzip or a zip file begins (RFC 1952 §2.3.1; APPNOTE.TXT §4.3.7). */
function isPacked(file: string): boolean {
  if (!existsSync(file)) return false
  const start = Buffer.alloc(2)
  const descriptor = openSync(file, 'r')
  readSync(descriptor, start)
  closeSync(descriptor)
  return start.equals(Buffer.from([0x1f, 0x8b])) || start.toString() === 'PK'
}
