const LF = 0x0a
const CR = 0x0d

/**
 * Finds where server-sent events end: after the blank line that follows a line (WHATWG HTML §9.2.6,
 * with CRLF, LF or CR). It is given a stream chunk by chunk, and gives of each chunk the offsets
 * right after the ends in it.
 */
export function createEventScanner(): (chunk: Uint8Array) => number[] {
  let isAfterCr = false
  let isLineEmpty = true
  let hasLines = false
  const endsLine = (): boolean => {
    const isEnd = isLineEmpty && hasLines
    hasLines = !isLineEmpty
    isLineEmpty = true
    return isEnd
  }
  return (chunk) => {
    const ends: number[] = []
    for (const [index, byte] of chunk.entries()) {
      if (byte === LF && isAfterCr) {
        if (ends.at(-1) === index) ends[ends.length - 1] = index + 1
      } else if (byte === LF || byte === CR) {
        if (endsLine()) ends.push(index + 1)
      } else {
        isLineEmpty = false
      }
      isAfterCr = byte === CR
    }
    return ends
  }
}
