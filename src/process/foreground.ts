import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { constants } from 'node:os'
import { describeError, MockberthError } from '../errors.ts'
import { markedEnvironment } from './environment.ts'
import { loadGuard } from './guarded.ts'
import { endTree, trySend } from './tree.ts'

/** What it leaves running when it ends is asked to end, as an app is. */
const LEFT_RUNNING = { signal: 'SIGTERM', grace: 5000 } as const
/** Who kills this process means the command, too, and at once: its ports are wanted. */
const AT_ONCE = { signal: 'SIGKILL', grace: 0 } as const

/**
 * Runs a command to its end, with the stdin, stdout and stderr of this process. It leads a session of its
 * own: a signal comes to it once, by way of this process, whoever sent it to whom, and it decides how it
 * ends. What it leaves running is ended, and so is all of it when this process is killed.
 *
 * @param command a program and its arguments; no shell reads them
 * @param env variables on top of those of this process
 * @param where what messages call the one who runs it
 * @returns its exit code; 128 and the number of the signal that ended it, as shells say it
 * @throws `INVALID_OPTION` when there is no such program
 */
export async function runInForeground(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  where: string,
): Promise<number> {
  const mark = randomBytes(8).toString('hex')
  const guard = await loadGuard()
  guard.watch({ mark, ...AT_ONCE })
  let stopPassing: (() => void) | undefined
  try {
    const child = spawnInSession(command, markedEnvironment(env, mark))
    stopPassing = passSignals(child)
    if (child.pid !== undefined) guard.watch({ mark, pid: child.pid, ...AT_ONCE })
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    await endTree({ mark, pid: child.pid! }, LEFT_RUNNING)
    return code ?? 128 + constants.signals[signal!]
  } catch (error) {
    throw new MockberthError(
      'INVALID_OPTION',
      `${where} cannot run ${JSON.stringify(command[0])}; after -- it takes a command that can be found: ${describeError(error)}`,
      { cause: error },
    )
  } finally {
    stopPassing?.()
    guard.forget(mark)
  }
}

function spawnInSession([file, ...args]: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  // On Windows a session of its own would be a window of its own.
  return spawn(file!, args, { stdio: 'inherit', env, detached: process.platform !== 'win32' })
}

/**
 * What a terminal sends, it sends to all processes of a command; others mean the one that they name. On
 * Windows, Ctrl-C has come to the command already, and nothing else is a signal.
 */
const SIGNALS: readonly (readonly [NodeJS.Signals, 'all' | 'first' | 'nobody'])[] =
  process.platform === 'win32'
    ? [['SIGINT', 'nobody']]
    : [
        ['SIGINT', 'all'],
        ['SIGQUIT', 'all'],
        ['SIGWINCH', 'all'],
        ['SIGHUP', 'first'],
        ['SIGTERM', 'first'],
      ]

/** @returns ends it */
function passSignals({ pid }: ChildProcess): () => void {
  const passing = SIGNALS.map(([signal, whom]) => {
    const pass = (): void => {
      if (pid !== undefined && whom !== 'nobody') trySend(whom === 'all' ? -pid : pid, signal)
    }
    process.on(signal, pass)
    return [signal, pass] as const
  })
  return () => {
    for (const [signal, pass] of passing) process.off(signal, pass)
  }
}
