import { relative, resolve } from 'node:path'
import { MockberthError } from '../errors.ts'
import { runInForeground } from '../process/foreground.ts'
import { versionOf } from '../recording/load.ts'
import { withLock } from '../recording/lock.ts'
import { changeRecording } from '../recording/save.ts'
import { skippedTests } from '../report/recordings.ts'
import { finishRun, type FinishedRun, type RecordingUse } from '../run/finish.ts'
import { ALL_TESTS_VARIABLE, beginRun, RUN_VARIABLE } from '../run/run.ts'

/**
 * Runs a command, and removes from the recordings that it replayed the entries that no request
 * asked for. Where a test runner says that it ran a part of the tests, nothing is removed.
 *
 * @param files only these recordings; all, where there are none
 * @returns the exit code: that of the command, where it failed; 1 where not all could be pruned
 * @throws `INVALID_OPTION`, `RECORDING_NOT_WRITABLE`
 */
export async function prune(files: readonly string[], command: readonly string[]): Promise<number> {
  if (command.length === 0) {
    throw new MockberthError(
      'INVALID_OPTION',
      'prune got no command; it takes the one that runs all of your tests: mockberth prune -- npx vitest run',
    )
  }
  const run = beginRun()
  const env = { [RUN_VARIABLE]: run.folder, [ALL_TESTS_VARIABLE]: '1', MOCKBERTH_MODE: 'replay' }
  const code = await runInForeground(command, env, 'prune')
  const finished = await finishRun(run)
  const wanted = files.map((file) => resolve(file))
  const refusal = refusalOf(code, finished, wanted)
  if (refusal !== undefined) {
    console.error(`mockberth: the command ${refusal}`)
    return code === 0 ? 1 : code
  }
  const pruned: boolean[] = []
  for (const use of finished.recordings) {
    if (wanted.length === 0 || wanted.includes(use.file)) pruned.push(await pruneRecording(use))
  }
  const { skipped } = finished.extent
  if (skipped > 0) {
    console.log(`${skippedTests(skipped)}: what only skipped tests ask for is removed as well`)
  }
  return pruned.every(Boolean) ? 0 : 1
}

/** Why nothing may be pruned after a command: what it did. */
function refusalOf(
  code: number,
  { recordings, extent }: FinishedRun,
  wanted: readonly string[],
): string | undefined {
  if (code !== 0) return `ended with ${code}; nothing was pruned. Prune when all tests pass.`
  if (extent.partial !== undefined) {
    return `ran ${extent.partial}; nothing was pruned. Prune with a command that runs all tests.`
  }
  const missing = wanted.filter((file) => !recordings.some((use) => use.file === file))
  const hint = 'nothing was pruned. See whether a declaration names it.'
  if (missing.length > 0) return `did not replay ${missing.map(shown).join(', ')}; ${hint}`
  return recordings.length === 0 ? `replayed no recording; ${hint}` : undefined
}

/** @returns whether it could be pruned */
async function pruneRecording(use: RecordingUse): Promise<boolean> {
  const { file, entries, unused } = use
  return withLock(file, async () => {
    const obstacle = await obstacleTo(use)
    if (obstacle !== undefined) {
      console.error(`mockberth: ${shown(file)} was not pruned: ${obstacle}`)
      return false
    }
    const isUnused = new Set(unused)
    await changeRecording(file, async (before) =>
      before.filter((_, index) => !isUnused.has(index + 1)),
    )
    console.log(`${shown(file)}: ${unused.length} of ${entries} entries removed`)
    return true
  })
}

async function obstacleTo({
  file,
  entries,
  unused,
  versions,
}: RecordingUse): Promise<string | undefined> {
  if (/\.(?:zip|gz)$/i.test(file)) return 'it is packed; unpack it, and declare the .har'
  if (versions.length !== 1 || versions[0] !== (await versionOf(file))) {
    return 'it changed while the command ran; run this again'
  }
  return entries !== 0 && unused.length === entries
    ? 'none of its entries was asked for; delete the file if nobody needs it'
    : undefined
}

function shown(file: string): string {
  return relative(process.cwd(), file)
}
