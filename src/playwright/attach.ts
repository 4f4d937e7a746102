import { rm, writeFile } from 'node:fs/promises'
import type { TestInfo } from '@playwright/test'
import type { MockberthError } from '../errors.ts'
import type { Evidence } from '../report/evidence.ts'
import { appendToError, servingLine, unattachedLine } from '../report/failing-test.ts'

/**
 * Attaches its traffic to an attempt that failed, as a HAR and as a table, and says in the last of its
 * errors how it is served again. Never rejects: the test has failed for another reason.
 */
export async function attachTraffic(
  testInfo: TestInfo,
  errors: readonly MockberthError[],
  evidence: Promise<Evidence | undefined>,
): Promise<void> {
  const error = errors.at(-1) ?? testInfo.errors.at(-1)
  try {
    const taken = await evidence
    if (taken === undefined) return
    const path = await attachHar(testInfo, taken.har)
    await testInfo.attach('traffic, in short', { body: taken.table, contentType: 'text/plain' })
    const isKept = testInfo.config.preserveOutput !== 'never'
    if (error !== undefined && isKept) appendToError(error, `\n\n${servingLine(path)}`)
  } catch (problem) {
    if (error !== undefined) appendToError(error, `\n\n${unattachedLine(problem)}`)
  }
}

/** Playwright keeps a copy under a name of its own. */
async function attachHar(testInfo: TestInfo, har: string): Promise<string> {
  const draft = testInfo.outputPath('traffic.har')
  await writeFile(draft, har)
  await testInfo.attach('traffic', { path: draft, contentType: 'application/json' })
  await rm(draft)
  return testInfo.attachments.at(-1)!.path!
}
