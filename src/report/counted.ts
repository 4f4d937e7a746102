/** A text that was there a number of times. */
export interface Repeated {
  readonly text: string
  readonly times: number
}

/** Each text once, and how often it was there where that was more than once. */
export function counted(texts: readonly Repeated[]): string[] {
  const counts = new Map<string, number>()
  for (const { text, times } of texts) counts.set(text, (counts.get(text) ?? 0) + times)
  return [...counts].map(([text, count]) => (count === 1 ? text : `${text}\n(${count} times)`))
}
