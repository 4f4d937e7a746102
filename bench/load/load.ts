import { fork } from 'node:child_process'
import { once } from 'node:events'
import { watched } from '../children.ts'
import type { RunningServer } from '../servers/start.ts'

const MILLISECONDS = 500

/** What is asked of a server. */
export interface Load {
  /** In turn. */
  readonly targets: readonly string[]
  /** As lines of a request's head. */
  readonly headers?: readonly string[]
  /** How many bytes of JSON each request posts; none by default. */
  readonly posts?: number
  /** How long it is asked, half a second by default; or else how often. */
  readonly milliseconds?: number
  readonly requests?: number
}

/** What the load generator is told. */
export interface LoadedPort extends Load {
  readonly port: number
}

/** What the load generator tells. */
export interface Generated {
  readonly requests: number
  readonly seconds: number
}

/** What a server did with a load. */
export interface Loaded {
  /** Requests per second. */
  readonly rate: number
  /** Microseconds of its CPU time, by the request. */
  readonly cpu: number
}

/** A process that loads servers. */
export interface LoadGenerator {
  /** @throws where the server answers with anything but 200 */
  load(server: RunningServer, what: Load): Promise<Loaded>
  stop(): void
}

/** Starts one. */
export function startLoadGenerator(): LoadGenerator {
  const child = watched(fork(new URL('load-generator.process.ts', import.meta.url)))
  const exited = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the load generator ended with ${code ?? signal}`)
  })
  // Seen by whoever waits for an answer.
  exited.catch(() => {})
  return {
    async load(server, what) {
      const before = await server.usage()
      const duration = what.requests === undefined ? { milliseconds: MILLISECONDS } : {}
      child.send({ port: server.port, ...duration, ...what })
      const [answer] = await Promise.race([once(child, 'message'), exited])
      if (answer.error !== undefined) throw new Error(answer.error)
      const after = await server.usage()
      const { requests, seconds } = answer as Generated
      return { rate: requests / seconds, cpu: (after.cpu - before.cpu) / requests }
    },
    stop: () => void child.kill(),
  }
}
