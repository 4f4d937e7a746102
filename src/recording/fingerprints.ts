import { readArchive } from './archive.ts'
import { fingerprint } from './merge.ts'

/**
 * The fingerprints of a recording's entries, in its order.
 *
 * @throws `RECORDING_MISSING`, `RECORDING_TOO_LARGE`, `RECORDING_INVALID`
 */
export async function fingerprintsOf(file: string): Promise<string[]> {
  const { log } = await readArchive(file)
  return log.entries.map(fingerprint)
}
