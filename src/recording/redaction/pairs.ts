import { createEdits } from './edits.ts'
import { deeper, replaceNamed, type Pass, type Where } from './found.ts'
import type { RewriteInner } from './json-text.ts'
import { isSecret } from './rules.ts'

/**
 * Replaces secrets in the pairs of a query or a form; all others stay as they are written.
 *
 * @param where what a field's name is written behind
 */
export function rewritePairs(text: string, where: Where, pass: Pass, inner: RewriteInner): string {
  const edits = createEdits(text)
  let start = 0
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=')
    const end = start + pair.length
    if (equals !== -1 && equals + 1 < pair.length) {
      const name = decode(pair.slice(0, equals)).replace(/^amp;/, '')
      const value = pair.slice(equals + 1)
      const place = (): string => `${where()}${name}`
      edits.replace(end - value.length, end, rewriteValue(name, value, place, pass, inner))
    }
    start = end + 1
  }
  return edits.result()
}

function rewriteValue(
  name: string,
  raw: string,
  where: Where,
  pass: Pass,
  inner: RewriteInner,
): string {
  const value = decode(raw)
  if (isSecret(pass.rules, name, 'pair', value)) {
    return encodeLike(raw, value, replaceNamed(name, value, where, pass))
  }
  const below = pass.rules.hints(raw) ? deeper(pass) : undefined
  return below === undefined ? raw : encodeLike(raw, value, inner(value, where, below))
}

/** As forms are (WHATWG URL §5.1); as it is where it is not encoded so. */
function decode(text: string): string {
  if (!/[%+]/.test(text)) return text
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

function encodeLike(raw: string, value: string, changed: string): string {
  if (changed === value) return raw
  const encoded = encodeURIComponent(changed.toWellFormed())
  return raw.includes('%20') ? encoded : encoded.replaceAll('%20', '+')
}
