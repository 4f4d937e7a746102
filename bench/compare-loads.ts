import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Round } from './measurement.ts'
import type { Subject } from './subjects.ts'

export const ROUNDS = 10

type Open = () => Promise<Subject>

interface LoadOptions {
  /** What all requests have. Default: none */
  readonly headers?: readonly string[]
  /** How often each is measured. Default: 10 */
  readonly rounds?: number
}

/** Requests per second of two subjects, in interleaved rounds. */
export async function compareLoads(
  openOurs: Open,
  openRaw: Open,
  { headers = [], rounds: count = ROUNDS }: LoadOptions = {},
): Promise<Round[]> {
  const subjects = await Promise.all([openOurs(), openRaw()])
  const [ours, raw] = subjects
  const rounds: Round[] = []
  // The first round warms both up.
  for (let round = 0; round <= count; round++) {
    const pair = {
      ours: await requestsPerSecond(ours, headers),
      raw: await requestsPerSecond(raw, headers),
    }
    if (round > 0) rounds.push(pair)
  }
  await Promise.all(subjects.map(({ stop }) => stop()))
  return rounds
}

/** As a process of its own sees it. */
async function requestsPerSecond({ port }: Subject, headers: readonly string[]): Promise<number> {
  const generator = new URL('load-generator.process.ts', import.meta.url)
  const client = fork(generator, [String(port), ...headers])
  const ended = once(client, 'exit')
  const [rate] = (await Promise.race([once(client, 'message'), ended.then(failed)])) as [number]
  await ended
  return rate
}

function failed([code]: unknown[]): never {
  throw new Error(`the load generator ended with ${String(code)}`)
}
