/** Changes to a text, made from its beginning to its end. */
export interface Edits {
  replace(start: number, end: number, by: string): void
  /** The text with all changes; the same one when there are none. */
  result(): string
}

export function createEdits(text: string): Edits {
  const parts: string[] = []
  let rest = 0
  return {
    replace(start, end, by) {
      if (text.slice(start, end) === by) return
      parts.push(text.slice(rest, start), by)
      rest = end
    },
    result: () => (parts.length === 0 ? text : parts.join('') + text.slice(rest)),
  }
}
