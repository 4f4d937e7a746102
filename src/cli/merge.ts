import { glob, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { isForLater } from '../recording/run-id.ts'
import { mergeLeftForLater } from '../recording/save.ts'
import { findSidecars, readSidecarName } from '../recording/sidecar.ts'

/**
 * Merges what runs recorded and left for later into the recordings that it is of, and says for each what
 * that did to it.
 *
 * @param paths recordings, and folders, of which all that is below counts; the working directory, where
 * there are none
 * @returns the exit code: 1 where a path has nothing to merge
 * @throws as `mergeSidecars()` does; what was merged before stays merged
 */
export async function merge(paths: readonly string[]): Promise<number> {
  const found = await Promise.all((paths.length === 0 ? ['.'] : paths).map(findLeftForLater))
  for (const recording of new Set(found.flatMap(({ recordings }) => recordings))) {
    const { added, replaced, removed } = await mergeLeftForLater(recording)
    const shown = relative(process.cwd(), recording)
    console.log(`${shown}: ${added} added, ${replaced} replaced, ${removed} removed`)
  }
  const empty = found.filter(({ recordings }) => recordings.length === 0)
  for (const { path } of empty) {
    console.error(
      `mockberth: there is nothing to merge in ${path}; it takes the .part files of all shards, beside the recordings. Shards keep them when they record with MOCKBERTH_MERGE=later.`,
    )
  }
  return empty.length === 0 ? 0 : 1
}

interface Found {
  readonly path: string
  readonly recordings: readonly string[]
}

async function findLeftForLater(path: string): Promise<Found> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false
  return { path, recordings: isFolder ? await recordingsBelow(path) : await recordingAt(path) }
}

/** Sidecars are beside the file itself, whatever links lead to it. */
async function recordingAt(path: string): Promise<string[]> {
  const recording = await realpath(path).catch(() => resolve(path))
  const isLeft = (await findSidecars(recording)).some(({ run }) => isForLater(run))
  return isLeft ? [recording] : []
}

async function recordingsBelow(folder: string): Promise<string[]> {
  const recordings = new Set<string>()
  const files = glob('**/*.part', { cwd: folder, exclude: ['**/node_modules/**'] })
  for await (const file of files) {
    const named = readSidecarName(basename(file))
    if (named === undefined || !isForLater(named.run)) continue
    recordings.add(resolve(folder, join(dirname(file), named.recording)))
  }
  return [...recordings].toSorted()
}
