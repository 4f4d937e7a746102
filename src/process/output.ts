import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

/** The last of what a process has printed. */
export interface Output {
  /** stdout and stderr as they came, without colours: the last 64 Ki characters. */
  text(): string
}

const MOST_CHARACTERS = 64 * 1024

/** Collects what comes out of these streams. They do not keep this process alive. */
export function collectOutput(streams: readonly Readable[]): Output {
  let collected = ''
  for (const stream of streams) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      collected = (collected + chunk).slice(-2 * MOST_CHARACTERS)
    })
    // A pipe from a process that was killed may end otherwise than by its end.
    stream.on('error', () => {})
    ;(stream as Socket).unref()
  }
  return { text: () => stripVTControlCharacters(collected).slice(-MOST_CHARACTERS) }
}
