import type { Socket } from 'node:net'

/** Each message is a line of JSON, of at most so many characters. */
const LONGEST_LINE = 64 * 1024

/**
 * Reads lines from a connection.
 *
 * @param onLine told of each
 * @param onTooLong told of one that is longer than {@link LONGEST_LINE}; nothing is read after it
 */
export function readLines(
  socket: Socket,
  onLine: (line: string) => void,
  onTooLong: () => void,
): void {
  let rest = ''
  let isOver = false
  socket.setEncoding('utf8').on('data', (text: string) => {
    if (isOver) return
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) if (line.length <= LONGEST_LINE) onLine(line)
    isOver = [...lines, rest].some((line) => line.length > LONGEST_LINE)
    if (isOver) onTooLong()
  })
}
