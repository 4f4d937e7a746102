import type { RawHeaders } from '../contract/index.ts'
import { markEntry, takeMarks } from '../propagate/baggage.ts'

/** Headers, and what was among them of tests. */
export interface UnmarkedHeaders {
  readonly rawHeaders: RawHeaders
  readonly marks: readonly string[]
}

const NO_MARKS: readonly string[] = []

/** Takes the marks of tests out of headers; those of others stay as they are. */
export function takeMarksFrom(rawHeaders: RawHeaders): UnmarkedHeaders {
  const isMarked = rawHeaders.some((text, index) => index % 2 === 0 && isBaggage(text))
  return isMarked ? takeOut(rawHeaders) : { rawHeaders, marks: NO_MARKS }
}

/** The headers with the mark of a test. */
export function withMark(rawHeaders: RawHeaders, mark: string): RawHeaders {
  return [...rawHeaders, 'baggage', markEntry(mark)]
}

function takeOut(rawHeaders: RawHeaders): UnmarkedHeaders {
  const kept: string[] = []
  const found: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!
    const value = rawHeaders[index + 1]!
    const { marks, others } = isBaggage(name)
      ? takeMarks(value)
      : { marks: NO_MARKS, others: value }
    found.push(...marks)
    if (marks.length === 0 || others !== '') kept.push(name, others)
  }
  return { rawHeaders: kept, marks: found }
}

function isBaggage(name: string): boolean {
  return name.length === 7 && name.toLowerCase() === 'baggage'
}
