import { relative, resolve } from 'node:path'
import * as vitest from 'vitest'
import { describeError } from '../errors.ts'
import type { Evidence } from '../report/evidence.ts'
import { removeAttempts, writeForAttempt, type Attempt } from './attempt-file.ts'
import { ATTACHMENTS_KEY } from './provided.ts'
import { namesOf, type Task } from './task.ts'

/** Where people run commands, whatever the tests make of it. */
const cwd = process.cwd()

/** Vitest's default of 3.2 and 4, for where no plugin tells. */
const DEFAULT_FOLDER = resolve('.vitest-attachments')

/**
 * Writes the traffic of a failed attempt into the folder of Vitest's attachments, and tells Vitest.
 *
 * @param whose the test, in a sentence
 * @returns a line for its message. Never rejects: the test has failed for another reason
 */
export async function attachTraffic(task: Task, { har }: Evidence, whose: string): Promise<string> {
  try {
    const path = await writeForAttempt(folderOfAttachments(), attemptOf(task), har)
    await record(task, path)
    const shown = relative(cwd, path)
    const argument = /^[\p{L}\p{N}\p{M}./_-]+$/u.test(shown) ? shown : JSON.stringify(shown)
    return `Serve ${whose} again: npx mockberth replay ${argument}`
  } catch (error) {
    return `${whose.slice(0, 1).toUpperCase()}${whose.slice(1)} cannot be attached: ${describeError(error)}`
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

/** Vitest 4 and later hand it to reporters; it copies the file for them. */
async function record(task: Task, path: string): Promise<void> {
  const { recordArtifact } = vitest as Partial<typeof vitest>
  const attachments = [{ path, contentType: 'application/json' }]
  await recordArtifact?.(task as never, { type: 'mockberth:traffic', attachments } as never)
}
