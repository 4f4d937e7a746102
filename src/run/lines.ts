import type { Socket } from 'node:net'

/** How long lines may be of somebody who is not known yet. */
export interface LineLimit {
  /** In characters. */
  readonly longest: number
  /** Told of a line that is longer; nothing is read after it. */
  onTooLong(): void
}

const NO_LIMIT: LineLimit = { longest: Infinity, onTooLong: () => {} }

/**
 * Reads lines from a connection: each message is one of JSON.
 *
 * @param onLine told of each
 * @param limit default: none
 */
export function readLines(
  socket: Socket,
  onLine: (line: string) => void,
  { longest, onTooLong }: LineLimit = NO_LIMIT,
): void {
  let rest = ''
  let isOver = false
  socket.setEncoding('utf8').on('data', (text: string) => {
    if (isOver) return
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) if (line.length <= longest) onLine(line)
    isOver = [...lines, rest].some((line) => line.length > longest)
    if (isOver) onTooLong()
  })
}
