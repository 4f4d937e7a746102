// W3C Baggage (https://www.w3.org/TR/baggage/): `key=value;property, key=value`, in one header or in
// several. The requests of one test are known by an entry of ours among those of others.

/** The key of the entry that says which test a request belongs to. */
const MARK_KEY = 'mockberth'

/** What the entries of a header are, once it is known which test they belong to. */
export interface TakenMarks {
  /** The value of each entry of ours; of one test they are all the same. */
  readonly marks: readonly string[]
  /** The entries of others, byte for byte; empty where there are none. */
  readonly others: string
}

/** An entry that says which test a request belongs to. */
export function markEntry(mark: string): string {
  return `${MARK_KEY}=${mark}`
}

/** Takes our entries out of the value of a baggage header. */
export function takeMarks(value: string): TakenMarks {
  if (!value.includes(MARK_KEY)) return { marks: [], others: value }
  const entries = value.split(',')
  const ours = entries.filter(isOurs)
  if (ours.length === 0) return { marks: [], others: value }
  const others = entries.filter((entry) => !isOurs(entry)).join(',')
  return { marks: ours.map(valueOf), others: others.trim() }
}

function isOurs(entry: string): boolean {
  return entry.split('=', 1)[0]!.trim() === MARK_KEY && entry.includes('=')
}

/** Without the properties that may come after it. */
function valueOf(entry: string): string {
  return entry
    .slice(entry.indexOf('=') + 1)
    .split(';', 1)[0]!
    .trim()
}
