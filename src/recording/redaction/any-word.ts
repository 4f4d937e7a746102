/** How many characters are told apart; of others some look like these. */
const COLUMNS = 128

/**
 * Makes a function that finds out quickly that none of some words is in a text, in whatever case. It
 * looks once at each character, however many words there are (Aho and Corasick, 1975). Beyond ASCII it
 * may take a character for one of a word.
 *
 * @param words in lower case, of ASCII
 */
export function mayHaveAnyOf(words: readonly string[]): (text: string) => boolean {
  const { next, found } = compile(words)
  return (text) => {
    let state = 0
    for (let index = 0; index < text.length; index += 1) {
      state = next[state + (text.charCodeAt(index) % COLUMNS)]!
      if (state === found) return true
    }
    return false
  }
}

/** A row for each state, with the next one by character. A state is the beginning of a word, or none. */
interface Table {
  readonly next: Uint32Array
  /** The state in which a whole word was there. */
  readonly found: number
}

function compile(words: readonly string[]): Table {
  const beginnings = beginningsOf(words)
  const rows = new Map(beginnings.map((beginning, index) => [beginning, index * COLUMNS]))
  const whole = new Set(words)
  const longer = Map.groupBy([...beginnings.slice(1), ...words], (text) => text.slice(0, -1))
  const found = rows.size * COLUMNS
  const next = new Uint32Array(found)
  for (const [beginning, row] of rows) {
    // Where the word does not go on, another one may that began within it.
    const other = rows.get(longestEnd(beginning.slice(1), rows))!
    next.copyWithin(row, other, other + COLUMNS)
    for (const text of longer.get(beginning) ?? []) {
      const letter = text.at(-1)!
      const state = whole.has(text) ? found : rows.get(text)!
      for (const one of [letter, letter.toUpperCase()]) {
        const place = row + one.charCodeAt(0)
        if (next[place] !== found) next[place] = state
      }
    }
  }
  return { next, found }
}

/** Of all words, from the empty one to longer ones. */
function beginningsOf(words: readonly string[]): string[] {
  const all = words.flatMap((word) => [...word].map((_, length) => word.slice(0, length)))
  return [...new Set(all)].toSorted((one, other) => one.length - other.length)
}

/** The longest end of a text with which a word may begin. */
function longestEnd(text: string, beginnings: ReadonlyMap<string, unknown>): string {
  let end = text
  while (!beginnings.has(end)) end = end.slice(1)
  return end
}
