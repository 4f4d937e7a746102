/** How much of a value is shown. */
const SHOWN = 200

/** How much of it before the place that is looked at. */
const BEFORE = 50

/** Two texts, of long ones what is around their first difference. */
export function expectedAndReceived(expected: string, received: string): string {
  const at = firstDifference(expected, received)
  return `expected ${excerpt(expected, at)}, received ${excerpt(received, at)}`
}

/** A text on one line, of a long one what is around a place in it. */
export function excerpt(text: string, at = 0, length: number = SHOWN): string {
  const start = Math.max(0, Math.min(at - BEFORE, text.length - length))
  const part = text.slice(start, start + length).replaceAll('\n', String.raw`\n`)
  return `${start > 0 ? '…' : ''}${part}${start + length < text.length ? '…' : ''}`
}

/** The first lines, and how many more there are. */
export function firstLines(lines: readonly string[], count: number): string[] {
  const hidden = lines.length - count
  return hidden <= 0 ? [...lines] : [...lines.slice(0, count), `… and ${hidden} more lines`]
}

export function indent(text: string, by: string): string {
  return text.replaceAll(/^(?=.)/gm, by)
}

/** The index at which two sequences begin to differ. */
export function firstDifference(one: ArrayLike<unknown>, other: ArrayLike<unknown>): number {
  let index = 0
  while (index < one.length && index < other.length && one[index] === other[index]) index += 1
  return index
}
