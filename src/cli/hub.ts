import { relative } from 'node:path'
import { HUB_VARIABLE } from '../hub/announced.ts'
import { startHub, type Hub } from '../hub/hub.ts'
import { runInForeground } from '../process/foreground.ts'
import { inColumns } from '../report/columns.ts'
import { NAMES_VARIABLE } from '../mocks/environment.ts'
import { declarationBefore } from './command-arguments.ts'
import { loadDeclaration } from '../mocks/load-declaration.ts'
import { printable } from './printable.ts'

/**
 * Runs an app that many tests share, and sends what it asks of the mock APIs on to the worker of the
 * test that each request belongs to.
 *
 * @returns the exit code of the command
 * @throws `INVALID_OPTION`, and as `loadDeclaration()` and `startHub()` do
 */
export async function hub(files: readonly string[], command: readonly string[]): Promise<number> {
  const { declaration, file } = await loadDeclaration(declarationBefore('hub', files, command))
  const running = await startHub(declaration, file, say)
  const { allowedHosts } = declaration
  try {
    say(heading(running, file))
    return await runInForeground(command, environmentOf(running, allowedHosts), 'hub')
  } finally {
    await running.stop()
  }
}

/** stdout is the command's. */
function say(text: string): void {
  console.error(printable(`mockberth hub: ${text}`))
}

function heading({ apis }: Hub, file: string): string {
  const rows = Object.entries(apis)
  return [`${relative(process.cwd(), file)}`, ...inColumns(rows, ['left', 'left'])].join('\n')
}

function environmentOf(
  { env, file }: Hub,
  allowedHosts: readonly string[],
): Record<string, string> {
  return {
    ...env,
    NODE_OPTIONS: withPropagation(process.env.NODE_OPTIONS),
    // Requests to these are for the mocks, too, and get the mark of their test.
    MOCKBERTH_MOCK_HOSTS: allowedHosts.join(),
    [NAMES_VARIABLE]: Object.keys(env).join(),
    [HUB_VARIABLE]: file,
  }
}

/**
 * As a URL, which has neither spaces nor quotes in it, and leads there whatever the folder of a process
 * is. What was there comes first.
 */
function withPropagation(options = ''): string {
  const entry = import.meta.resolve('mockberth/propagate')
  const added = `--import ${entry}`
  return options.includes(added) ? options : `${options} ${added}`.trim()
}
