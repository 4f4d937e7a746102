import { readArchive } from '../recording/archive.ts'
import type { ReadAttachment } from '../recording/attachments.ts'
import type { HarEntry } from '../recording/har.ts'
import { findLeaks } from '../recording/redaction/leaks.ts'

/**
 * Prints each credential that recordings hold, without showing it.
 *
 * @param keep names that hold none
 * @returns the exit code: 1 where there is one
 * @throws `RECORDING_MISSING`, `RECORDING_INVALID`, `RECORDING_TOO_LARGE`
 */
export async function check(files: readonly string[], keep: readonly string[]): Promise<number> {
  let leaks = 0
  for (const file of files) {
    const { log, attachment } = await readArchive(file)
    const entries = await Promise.all(log.entries.map((entry) => withAttached(entry, attachment)))
    for (const { entry, field, what } of findLeaks({ entries }, { redact: { keep } })) {
      console.log(`${file}: entry ${entry}: ${field}: ${what}`)
      leaks += 1
    }
  }
  const where = files.length === 1 ? files[0] : `${files.length} files`
  console.log(
    leaks === 0
      ? `no credentials in ${where}`
      : `${leaks === 1 ? '1 credential' : `${leaks} credentials`} in ${where}. Record it again, or take them out by hand. What is no credential, check leaves with --keep NAME, and a recorder with redact: { keep: [NAME] }.`,
  )
  return leaks === 0 ? 0 : 1
}

/** The entry with what stands in files beside the recording. What cannot be read cannot leak. */
async function withAttached(entry: HarEntry, attachment: ReadAttachment): Promise<HarEntry> {
  const { request, response } = entry ?? {}
  const sent = await textOf(request?.postData, attachment)
  const received = await textOf(response?.content, attachment)
  return {
    ...entry,
    ...(sent && { request: { ...request, postData: { ...request?.postData, ...sent } } }),
    ...(received && { response: { ...response, content: { ...response?.content, ...received } } }),
  }
}

async function textOf(
  body: { readonly _file?: unknown } | undefined,
  attachment: ReadAttachment,
): Promise<{ text: string; encoding: string } | undefined> {
  const { _file } = body ?? {}
  if (typeof _file !== 'string') return undefined
  const bytes = await attachment(_file).catch(() => undefined)
  return bytes && { text: Buffer.from(bytes).toString('base64'), encoding: 'base64' }
}
