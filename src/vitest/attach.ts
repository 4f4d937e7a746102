import { resolve } from 'node:path'
import * as vitest from 'vitest'
import type { Evidence } from '../report/evidence.ts'
import { servingLine, unattachedLine } from '../report/failing-test.ts'
import { removeAttempts, writeForAttempt, type Attempt } from './attempt-file.ts'
import { ATTACHMENTS_KEY } from './provided.ts'
import { namesOf, type Task } from './task.ts'

/** Vitest's default of 3.2 and 4, for where no plugin tells. */
const DEFAULT_FOLDER = resolve('.vitest-attachments')

/** What became of the traffic of an attempt. */
export interface Attached {
  /** For the message of the test: how it is served again, or why it cannot be. */
  readonly line: string
  /** For the terminal; empty where there is none. */
  readonly table: string
}

/**
 * Writes the traffic of a failed attempt into the folder of Vitest's attachments, and tells Vitest.
 * Never rejects: the test has failed for another reason.
 *
 * @param whose traffic it is, in words
 * @returns undefined where there was none
 */
export async function attachTraffic(
  task: Task,
  evidence: Promise<Evidence | undefined>,
  whose: string,
): Promise<Attached | undefined> {
  let table = ''
  try {
    const taken = await evidence
    if (taken === undefined) return undefined
    table = taken.table
    const path = await writeForAttempt(folderOfAttachments(), attemptOf(task), taken.har)
    await record(task, path)
    return { line: servingLine(path, whose), table }
  } catch (error) {
    return { line: unattachedLine(error, whose), table }
  }
}

const begun = new WeakSet<Task['file']>()

/** What was attached to the tests of a file when it ran before is none of this run. */
export function forgetAttached(task: Task): void {
  if (begun.has(task.file)) return
  begun.add(task.file)
  removeAttempts(folderOfAttachments(), attemptOf(task))
}

function folderOfAttachments(): string {
  return (vitest.inject(ATTACHMENTS_KEY as never) as string | undefined) ?? DEFAULT_FOLDER
}

function attemptOf(task: Task): Attempt {
  const { retryCount = 0, repeatCount = 0 } = task.result ?? {}
  return {
    project: task.file.projectName ?? '',
    file: task.file.name,
    names: namesOf(task),
    retry: retryCount,
    repeat: repeatCount,
  }
}

/** Vitest 4 and later hand it to reporters, and copy the file for them. */
async function record(task: Task, path: string): Promise<void> {
  const { recordArtifact } = vitest as Partial<typeof vitest>
  const attachments = [{ path, contentType: 'application/json' }]
  try {
    await recordArtifact?.(task as never, { type: 'mockberth:traffic', attachments } as never)
  } catch {
    // The file is there, and the message names it: that does not hang on something experimental.
  }
}
