import type { PortClaim } from '../ports/claim.ts'
import { followListener, refuses } from '../ports/listeners.ts'
import { endedError, silentError } from './failure.ts'
import type { Exit, Launched } from './launch.ts'
import { answersPing } from './probe.ts'
import { isEnding } from './process-table.ts'
import type { ReadyAt } from './ready.ts'
import { processesOf } from './tree.ts'
import { within } from './within.ts'

/** A process that was started and was ready. */
export interface RunningProcess {
  /** Where it is reached: `http://127.0.0.1:23456`, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** The last 64 Ki characters of what it printed, stdout and stderr as they came, without colours. */
  readonly output: string
  /** How it ended, once it has. Waiting for this alone does not keep this process alive. */
  readonly exited: Promise<Exit>
  /** Whether it runs, as far as is known at once; {@link RunningProcess.verify} finds out. */
  isAlive(): boolean
  /**
   * Finds out whether it has died, as a test wants to know at its end. It is asked `OPTIONS *`, as a
   * process that is dying answers nothing before anybody is told that it ended; one that leaves this
   * unanswered has a second to end, and is only connected to from then on. Of one whose `ready` is
   * `'listening'`, it is looked up whether it listens.
   *
   * @throws `PROCESS_ENDED` when it has died, unless `stop()` ended it
   */
  verify(): Promise<void>
  /** Ends it and all that it started. Never rejects, and may be called again. */
  stop(): Promise<void>
  /**
   * Ends it, and starts it anew on the port that it had, with what is in `process.env` by then.
   *
   * @throws as its first start did; nothing of it runs then
   */
  restart(): Promise<RunningProcess>
  [Symbol.asyncDispose](): Promise<void>
}

/** In milliseconds: how long a process that answers nothing may take to end. */
const LONGEST_DEATH = 1000

export function createRunningProcess(
  launched: Launched,
  { url, host, port, listens }: ReadyAt,
  claim: PortClaim | undefined,
  startAgain: () => Promise<RunningProcess>,
): RunningProcess {
  let isStopped = false
  let isSilent = false
  void launched.exited.then(async () => {
    await launched.stop()
    claim?.release()
  })
  const stop = async (): Promise<void> => {
    isStopped = true
    await launched.stop()
    claim?.release()
  }
  const { ready } = launched.plan
  const isListenedOn = followListener(port, () => processesOf(launched.tree))
  let isAsked = url.startsWith('http:') && ready !== 'listening'
  /** A database takes a connection that says nothing for a mistake: the system is asked, where it can. */
  const isReached = async (): Promise<boolean> =>
    ready === 'listening' ? isListenedOn() : !(await refuses(host, port))
  /** A process that is dying may accept connections for a moment yet, and answers none. */
  const hasPulse = async (): Promise<boolean> => {
    if (!isAsked) return isReached()
    const signal = AbortSignal.any([launched.whileItRuns, AbortSignal.timeout(LONGEST_DEATH)])
    isAsked = await answersPing(host, port, signal)
    return isAsked
  }
  const isHealthy = async (): Promise<boolean> =>
    !isEnding(launched.tree.pid) && (!listens || (await hasPulse()))
  const isRunning = (): boolean => !isStopped && launched.exit() === undefined
  return {
    url,
    port,
    pid: launched.tree.pid,
    get output() {
      return launched.output.text()
    },
    exited: launched.exited,
    isAlive: () => isRunning() && !isSilent,
    async verify() {
      if (isRunning() && !(await isHealthy())) {
        await within(LONGEST_DEATH, launched.exited)
        // It may be busy, or somebody who restarts it was quick.
        isSilent = isRunning() && listens && !(await isReached())
      }
      if (isStopped) return
      if (launched.exit() !== undefined) throw await endedError(launched, 'while it was in use')
      if (isSilent) throw await silentError(launched, port)
    },
    stop,
    async restart() {
      await stop()
      return startAgain()
    },
    [Symbol.asyncDispose]: stop,
  }
}
