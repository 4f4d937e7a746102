import { packageFolder } from '../mocks/declaration.ts'
import type { RunningSet } from '../mocks/running-set.ts'
import { watchOnly } from '../mocks/watch-only.ts'
import { runInForeground } from '../process/foreground.ts'
import { explainUnhandled } from '../report/unhandled.ts'
import { declarationBefore } from './command-arguments.ts'
import { loadDeclaration } from '../mocks/load-declaration.ts'
import { inOwnRun } from './own-run.ts'
import { printable } from './printable.ts'

/**
 * Runs a command with the mocks of a declaration, whose URLs are in its environment. stdout is the
 * command's; what nobody answered, and what was recorded, is said at its end.
 *
 * @returns the exit code of the command; 1 where it is 0 and not all that was recorded could be saved
 * @throws `INVALID_OPTION`, and as `loadDeclaration()` and `start()` of the declaration do
 */
export async function run(files: readonly string[], command: readonly string[]): Promise<number> {
  const { declaration, file } = await loadDeclaration(declarationBefore('run', files, command))
  return inOwnRun(async (folder) => {
    const running = await declaration.startIn({ run: folder }, { root: packageFolder(file) })
    running.held.watchDeaths(({ message }) =>
      console.error(`\n${printable(`mockberth run: ${message}`)}\n`),
    )
    return runBeside(running, command, running.env, 'run')
  })
}

/**
 * Runs a command beside mocks, which end with it.
 *
 * @param name of the command of ours
 * @throws as `runInForeground()` does
 */
export async function runBeside(
  running: RunningSet,
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): Promise<number> {
  watchOnly(running)
  try {
    return await runInForeground(command, env, name)
  } finally {
    await running.stop()
    const { unhandled } = running.scope
    if (unhandled.length > 0) {
      const text = explainUnhandled('Requests that nothing answered:', unhandled)
      console.error(`\n${printable(`mockberth ${name}: ${text}`)}`)
    }
  }
}
