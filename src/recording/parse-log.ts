import { describeError } from '../errors.ts'
import type { Har } from './har.ts'
import { invalid, refused } from './refusal.ts'

/** More entries than this are refused. */
const MAX_ENTRIES = 250_000
/** More values than this would take gigabytes in memory. */
const MAX_VALUES = 10_000_000
/** With more than this in one of them, objects take a time to make that nobody waits for. */
const MAX_ITEMS = 1_000_000
/** Below this many bytes there cannot be too many of either: `0,` is the shortest item. */
const COUNTED_FROM = 2 * MAX_ITEMS

/** @throws `RECORDING_INVALID`, `RECORDING_TOO_LARGE` */
export function parseHar(file: string, bytes: Uint8Array): Har {
  const excess = bytes.byteLength > COUNTED_FROM ? findExcess(bytes) : undefined
  if (excess === 'values') throw refused(file, 'holds too many values', `${MAX_VALUES} values`)
  if (excess === 'items') {
    throw refused(file, 'has too long an object or list', `${MAX_ITEMS} items in one`)
  }
  const har = parseJson(file, bytes)
  const log = har?.log
  if (typeof log !== 'object' || log === null || Array.isArray(log)) {
    throw invalid(file, 'it has no `log`')
  }
  const { entries = [] } = log
  if (!Array.isArray(entries)) throw invalid(file, '`log.entries` is no array')
  if (entries.length > MAX_ENTRIES) {
    throw refused(file, `has ${entries.length} entries`, `${MAX_ENTRIES} entries`)
  }
  return { ...har, log: { ...log, entries } }
}

function parseJson(file: string, bytes: Uint8Array): { log?: { entries?: unknown } | null } | null {
  try {
    // TextDecoder takes a byte order mark off.
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    throw invalid(file, `it is not JSON: ${describeError(error)}`, error)
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
/** Of `[` and `{`, of `]` and `}`: what is left without the bit that tells them apart. */
const OPENING = 0x5b
const CLOSING = 0x5d
const ONE_OF_BOTH = 0xdf

/** Counts what begins a value, outside of strings, without parsing: in all, and in each container. */
function findExcess(bytes: Uint8Array): 'values' | 'items' | undefined {
  const around: number[] = []
  let values = 0
  let items = 0
  let isInString = false
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]!
    if (byte === QUOTE) isInString = !isInString
    else if (isInString) index += byte === BACKSLASH ? 1 : 0
    else if (byte === COMMA) {
      if (++values > MAX_VALUES) return 'values'
      if (++items >= MAX_ITEMS) return 'items'
    } else if ((byte & ONE_OF_BOTH) === OPENING) {
      if (++values > MAX_VALUES) return 'values'
      around.push(items)
      items = 0
    } else if ((byte & ONE_OF_BOTH) === CLOSING) items = around.pop() ?? 0
  }
  return undefined
}
