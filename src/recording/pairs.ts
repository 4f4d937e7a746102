/**
 * Names and values of a query or a form as a multiset: in an order of its own, and encoded in one
 * way. What they stand for is compared by bytes, because not every client encodes UTF-8.
 *
 * @param text one character for each byte, as on the wire
 * @param ignored names that do not count
 */
export function sortedPairs(text: string, ignored: readonly string[] = []): string {
  if (text === '') return ''
  const left = new Set(ignored.map((name) => Buffer.from(name).toString('latin1')))
  return splitPairs(text)
    .filter(([name]) => !left.has(name))
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .toSorted()
    .join('&')
}

/** Names and values, decoded to one character for each byte. */
export function splitPairs(text: string): [name: string, value: string][] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map(splitPair)
}

/** The pairs as they are written, without those of these names. */
export function withoutPairs(text: string, names: readonly string[]): string {
  const left = new Set(names.map((name) => Buffer.from(name).toString('latin1')))
  return text
    .split('&')
    .filter((pair) => !left.has(splitPair(pair)[0]))
    .join('&')
}

/** The bytes that `%` and two digits stand for, except those that `kept` says yes to. */
export function decodePercents(text: string, kept?: RegExp): string {
  if (!text.includes('%')) return text
  return text.replaceAll(/%[\da-f]{2}/gi, (encoded) =>
    kept?.test(encoded) === true
      ? encoded.toUpperCase()
      : String.fromCodePoint(Number.parseInt(encoded.slice(1), 16)),
  )
}

function splitPair(pair: string): [name: string, value: string] {
  const [name = '', ...value] = pair.replaceAll('+', ' ').split('=')
  return [decodePercents(name), decodePercents(value.join('='))]
}
