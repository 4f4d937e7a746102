/** Finds secrets that are known already, wherever they stand, in a time that does not grow with their number. */
export interface KnownSecrets {
  /** From now on `text`, of at least 8 characters, is replaced, also where it is encoded. */
  add(text: string, replacement: string): void
  replaceIn(text: string): string
  isEmpty(): boolean
}

interface Known {
  readonly text: string
  readonly replacement: string
  /** Of the gram by which it is found. */
  readonly offset: number
}

interface Hit {
  readonly start: number
  readonly known: Known
}

/** Of a text that is twice as long, one gram begins at every fourth place, wherever it stands. */
const GRAM = 4

export function createKnownSecrets(): KnownSecrets {
  const added = new Set<string>()
  const byGram = new Map<number, Known[]>()
  const isGram = new Uint8Array(1 << 16)

  const index = (text: string, replacement: string): void => {
    if (added.has(text)) return
    added.add(text)
    for (let offset = 0; offset < GRAM; offset++) {
      const gram = gramAt(text, offset)
      isGram[short(gram)] = 1
      const known = byGram.get(gram) ?? []
      known.push({ text, replacement, offset })
      byGram.set(gram, known)
    }
  }

  const hitsIn = (text: string): Hit[] => {
    const hits: Hit[] = []
    for (let at = 0; at <= text.length - GRAM; at += GRAM) {
      const gram = gramAt(text, at)
      if (isGram[short(gram)] === 0) continue
      for (const known of byGram.get(gram) ?? []) {
        const start = at - known.offset
        if (start >= 0 && text.startsWith(known.text, start)) hits.push({ start, known })
      }
    }
    return hits
  }

  return {
    add(text, replacement) {
      if (added.has(text)) return
      for (const encode of encodingsOf(text)) index(encode(text), encode(replacement))
    },
    isEmpty: () => added.size === 0,
    replaceIn(text) {
      const hits = hitsIn(text)
      return hits.length === 0 ? text : applyHits(text, hits)
    },
  }
}

function gramAt(text: string, at: number): number {
  return (
    text.charCodeAt(at) ^
    (text.charCodeAt(at + 1) << 8) ^
    (text.charCodeAt(at + 2) << 16) ^
    (text.charCodeAt(at + 3) << 24)
  )
}

function short(gram: number): number {
  return Math.imul(gram, 0x9e37_79b1) >>> 16
}

/** Of those that overlap, the first, and of those the longest. */
function applyHits(text: string, hits: readonly Hit[]): string {
  const sorted = hits.toSorted(
    (one, other) => one.start - other.start || other.known.text.length - one.known.text.length,
  )
  let done = ''
  let rest = 0
  for (const { start, known } of sorted) {
    if (start < rest) continue
    done += text.slice(rest, start) + known.replacement
    rest = start + known.text.length
  }
  return done + text.slice(rest)
}

/** Writes a text as it stands within something. */
export type Encode = (text: string) => string

const toJson: Encode = (text) => JSON.stringify(text).slice(1, -1)
const toPercents: Encode = (text) => encodeURIComponent(text.toWellFormed())

const AS_IS: readonly Encode[] = [(text) => text]
const ENCODINGS: readonly Encode[] = [
  ...AS_IS,
  toPercents,
  (text) => toPercents(text).replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
  (text) => toPercents(toPercents(text)),
  (text) => new URLSearchParams({ '': text }).toString().slice(1),
  toJson,
  (text) => toJson(text).replaceAll('/', String.raw`\/`),
  (text) => toJson(toJson(text)),
  // UTF-8 as headers and binary bodies have it here: a character for each byte.
  (text) => Buffer.from(text).toString('latin1'),
]

/** In which ways a text may be written where it is encoded. */
export function encodingsOf(text: string): readonly Encode[] {
  return /[^\w.~-]/.test(text) ? ENCODINGS : AS_IS
}
