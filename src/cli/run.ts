import { packageFolder } from '../mocks/declaration.ts'
import { watchOnly } from '../mocks/watch-only.ts'
import { runInForeground } from '../process/foreground.ts'
import { reportRecordings } from '../report/recordings.ts'
import { explainUnhandled } from '../report/unhandled.ts'
import { finishRun } from '../run/finish.ts'
import { beginRun, RUN_VARIABLE, type Run } from '../run/run.ts'
import { declarationBefore } from './command-arguments.ts'
import { loadDeclaration, type LoadedDeclaration } from './load-declaration.ts'
import { printable } from './printable.ts'

/**
 * Runs a command with the mocks of a declaration, whose URLs are in its environment. stdout is the
 * command's; what nobody answered, and what was recorded, is said at its end.
 *
 * @returns the exit code of the command; 1 where it is 0 and not all that was recorded could be saved
 * @throws `INVALID_OPTION`, and as `loadDeclaration()` and `start()` of the declaration do
 */
export async function run(files: readonly string[], command: readonly string[]): Promise<number> {
  const loaded = await loadDeclaration(declarationBefore('run', files, command))
  // prune and the like have begun one, and end it.
  const own = process.env[RUN_VARIABLE] === undefined ? beginRun() : undefined
  let code = 0
  let isSaved = true
  try {
    code = await runWith(loaded, command, own)
  } finally {
    if (own !== undefined) isSaved = await endRun(own)
  }
  return code === 0 && !isSaved ? 1 : code
}

async function runWith(
  { declaration, file }: LoadedDeclaration,
  command: readonly string[],
  own: Run | undefined,
): Promise<number> {
  const running = await declaration.startIn(
    { run: own?.folder },
    { env: false, root: packageFolder(file) },
  )
  watchOnly(running)
  try {
    return await runInForeground(command, running.env, 'run')
  } finally {
    await running.stop()
    const { unhandled } = running.scope
    if (unhandled.length > 0) say(explainUnhandled('Requests that nothing answered:', unhandled))
  }
}

/** @returns whether all that was recorded is saved */
async function endRun(own: Run): Promise<boolean> {
  const { text, isComplete } = reportRecordings(await finishRun(own), true)
  if (text !== '') console.error(`\n${printable(text)}`)
  return isComplete
}

function say(text: string): void {
  console.error(`\n${printable(`mockberth run: ${text}`)}`)
}
