import { fork } from 'node:child_process'
import { once } from 'node:events'
import { watched } from '../children.ts'
import type { ServerName } from './kinds.ts'
import type { Served, Subject } from './subject.ts'
import type { Question } from './tell.ts'
import type { Usage } from './usage.ts'

/** A server in a process of its own. */
export interface RunningServer extends Subject {
  /** What its process has used so far. */
  usage(): Promise<Usage>
  /** The same, after garbage was collected where that can be asked for. */
  collectedUsage(): Promise<Usage>
}

/** Starts one of a kind in a process of its own. */
export function startServer(name: ServerName, served: Served): Promise<RunningServer> {
  return startProcess(
    new URL('server.process.ts', import.meta.url),
    [name, JSON.stringify(served)],
    ['--expose-gc'],
  )
}

/**
 * Starts a file that calls `tell()`.
 */
export async function startProcess(
  file: URL,
  args: readonly string[],
  execArgv: readonly string[] = [],
): Promise<RunningServer> {
  const child = watched(
    fork(file, [...args], { execArgv: [...execArgv], env: { ...process.env, CI: '' } }),
  )
  const exited = once(child, 'exit')
  const port = (await firstMessage()) as number
  return {
    port,
    usage: () => ask('usage'),
    collectedUsage: () => ask('collected usage'),
    async stop() {
      child.kill()
      await exited
    },
  }

  function ask(question: Question): Promise<Usage> {
    child.send(question)
    return firstMessage() as Promise<Usage>
  }

  async function firstMessage(): Promise<unknown> {
    const ended = exited.then(([code, signal]) => {
      throw new Error(`${file.pathname} ${args.join(' ')} ended with ${code ?? signal}`)
    })
    const [message] = await Promise.race([once(child, 'message'), ended])
    return message
  }
}
