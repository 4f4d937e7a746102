import { describeError } from '../errors.ts'
import type { HarLog } from './har.ts'
import { invalid, refused } from './refusal.ts'

/** More entries than this are refused. */
const MAX_ENTRIES = 250_000
/** More values than this would take gigabytes in memory. */
const MAX_VALUES = 10_000_000
/** Below this many bytes there cannot be too many values. */
const COUNTED_FROM = 3 * MAX_VALUES

/** @throws `RECORDING_INVALID`, `RECORDING_TOO_LARGE` */
export function parseLog(file: string, bytes: Uint8Array): HarLog {
  if (bytes.byteLength > COUNTED_FROM && hasTooManyValues(bytes)) {
    throw refused(file, 'holds too many values', `${MAX_VALUES} values`)
  }
  const log = parseJson(file, bytes)?.log
  if (typeof log !== 'object' || log === null || Array.isArray(log)) {
    throw invalid(file, 'it has no `log`')
  }
  const { entries = [] } = log
  if (!Array.isArray(entries)) throw invalid(file, '`log.entries` is no array')
  if (entries.length > MAX_ENTRIES) {
    throw refused(file, `has ${entries.length} entries`, `${MAX_ENTRIES} entries`)
  }
  return { entries }
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
const BRACKET = 0x5b
const BRACE = 0x7b

/** Counts what begins a value, outside of strings, without parsing. */
function hasTooManyValues(bytes: Uint8Array): boolean {
  let count = 0
  let isInString = false
  for (let index = 0; index < bytes.length && count <= MAX_VALUES; index++) {
    const byte = bytes[index]
    if (byte === QUOTE) isInString = !isInString
    else if (isInString) index += byte === BACKSLASH ? 1 : 0
    else if (byte === COMMA || byte === BRACKET || byte === BRACE) count++
  }
  return count > MAX_VALUES
}
