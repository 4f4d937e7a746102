import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { MockberthError, systemCode } from '../errors.ts'
import { environmentOf } from './environment.ts'
import { loadGuard } from './guarded.ts'
import type { ProcessPlan } from './options.ts'
import { collectOutput, type Output } from './output.ts'
import { fillIn, type Ports } from './placeholders.ts'
import { endTree, type Tree } from './tree.ts'
import { within } from './within.ts'

/** How a process ended. */
export interface Exit {
  /** Its exit code; null when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process that was started, ready or not. */
export interface Launched {
  readonly plan: ProcessPlan
  readonly ports: Ports
  /** Its command, as messages show it. */
  readonly commandLine: string
  /** The URL or the path that tells whether it is ready, if one does. */
  readonly readyUrl: string | undefined
  readonly tree: Required<Tree>
  readonly output: Output
  /** How it ended, if it has. */
  exit(): Exit | undefined
  readonly exited: Promise<Exit>
  /** Aborted when it has ended. */
  readonly whileItRuns: AbortSignal
  /** Ends its whole tree, and waits for that, and for the last of its output. Never rejects. */
  stop(): Promise<void>
}

const GRACE = 5000
/** In milliseconds: a pipe that others still hold open does not end with the process. */
const LAST_OUTPUT = 500

/**
 * Starts a process in a group and a session of its own. When it ends by itself, what it leaves running
 * is ended.
 *
 * @throws `PROCESS_NOT_STARTED`, `INVALID_OPTION`
 */
export async function launch(plan: ProcessPlan, ports: Ports): Promise<Launched> {
  const mark = randomBytes(8).toString('hex')
  const env = environmentOf(plan, ports, mark)
  const command = commandOf(plan, ports)
  const readyUrl = readyUrlOf(plan, ports)
  const ending = { signal: plan.signal, grace: GRACE }
  const guard = await loadGuard()
  guard.watch({ mark, ...ending })
  const child = await spawned(plan, command, env).catch((error: unknown) => {
    guard.forget(mark)
    throw error
  })
  const tree = { pid: child.pid!, mark }
  guard.watch({ ...tree, ...ending })
  const streams = [child.stdout, child.stderr]
  const output = collectOutput(streams)
  const closed = new Promise((resolve) => child.once('close', resolve))
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= end())
  const end = async (): Promise<void> => {
    await endTree(tree, ending)
    guard.forget(mark)
    await within(LAST_OUTPUT, closed)
    for (const stream of [...streams, child.stdin]) stream.destroy()
  }
  const { exit, exited, whileItRuns } = watchExit(child, stop)
  const commandLine = typeof command === 'string' ? command : command.join(' ')
  return { plan, ports, commandLine, readyUrl, tree, output, exit, exited, whileItRuns, stop }
}

function watchExit(
  child: ChildProcess,
  onExit: () => unknown,
): Pick<Launched, 'exit' | 'exited' | 'whileItRuns'> {
  let exit: Exit | undefined
  const running = new AbortController()
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal }
      resolve(exit)
      running.abort()
      onExit()
    })
  })
  return { exit: () => exit, exited, whileItRuns: running.signal }
}

function commandOf(plan: ProcessPlan, ports: Ports): ProcessPlan['command'] {
  const fill = (text: string): string => fillIn(text, plan, 'command', ports)
  if (typeof plan.command === 'string') return fill(plan.command)
  const [file, ...args] = plan.command
  return [fill(file), ...args.map(fill)]
}

function readyUrlOf(plan: ProcessPlan, ports: Ports): string | undefined {
  const { ready } = plan
  if (typeof ready === 'string' || !('url' in ready)) return undefined
  return fillIn(ready.url, plan, 'ready.url', ports)
}

async function spawned(
  { where, cwd }: ProcessPlan,
  command: ProcessPlan['command'],
  env: NodeJS.ProcessEnv,
): Promise<ChildProcessWithoutNullStreams> {
  const [file, ...args] = typeof command === 'string' ? [command] : command
  try {
    const child = spawn(file, args, {
      cwd,
      env,
      shell: typeof command === 'string',
      detached: true,
      windowsHide: true,
      // stdin stays open: there are servers that end with it.
      stdio: 'pipe',
    })
    await once(child, 'spawn')
    child.on('error', () => {}).unref()
    child.stdin.on('error', () => {})
    ;(child.stdin as unknown as Socket).unref()
    return child
  } catch (error) {
    const code = systemCode(error)
    const why =
      code === 'ENOENT' ? 'there is no such program' : `the system says ${code ?? String(error)}`
    throw new MockberthError(
      'PROCESS_NOT_STARTED',
      `${where}: \`${file}\` cannot be started in ${cwd}: ${why}. command takes a program that is on the PATH, or the path of one.`,
      { cause: error },
    )
  }
}
