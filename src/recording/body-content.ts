import type { BodyContent } from '../contract/index.ts'
import { MAX_SIZE, readJson } from './body-meaning.ts'
import { formPairs } from './form-fields.ts'
import type { Json } from './json-paths.ts'

/** What a body says, for telling two of them apart; undefined for bodies that are too large for it. */
export function bodyContent(
  bytes: Uint8Array,
  contentType: string = '',
  forget: (value: Json) => Json = (value) => value,
): BodyContent | undefined {
  if (bytes.byteLength > MAX_SIZE) return undefined
  const fields = formPairs(bytes, contentType)
  if (fields !== undefined) return { kind: 'form', text: fields }
  const text = Buffer.from(bytes).toString()
  const value = readJson(bytes, contentType)
  if (value === undefined) return { kind: 'text', text }
  try {
    return { kind: 'json', text, value: forget(value) }
  } catch {
    // JSON paths do not lead into what is nested too deeply.
    return { kind: 'text', text }
  }
}
