import type { Pass, Where } from './found.ts'
import { rewriteJson } from './json-text.ts'
import { rewritePairs } from './pairs.ts'
import { rewritePlain } from './plain-text.ts'

const FORM = /^[\w.%[\]+-]{1,64}=[^\s<>{}"']*$/

/** Replaces secrets in text of any kind. */
export function rewriteText(text: string, where: Where, pass: Pass): string {
  if (!pass.rules.hints(text)) return text
  if (FORM.test(text)) return rewriteForm(text, where, pass)
  const fields = text.includes('"') ? rewriteJson(text, where, pass, rewriteText) : text
  return rewritePlain(fields, where, pass, rewriteText)
}

/** Replaces secrets in `application/x-www-form-urlencoded`. */
export function rewriteForm(text: string, where: Where, pass: Pass): string {
  const fields = rewritePairs(text, () => `${where()} `, pass, rewriteText)
  return rewritePlain(fields, where, pass, rewriteText)
}

const ORIGIN = /^[a-z][a-z\d+.-]{0,20}:\/\/[^/?#]*/i

/** Replaces secrets in a URL. */
export function rewriteUrl(url: string, where: Where, pass: Pass): string {
  if (!pass.rules.hints(url)) return url
  const origin = ORIGIN.exec(url)?.[0] ?? ''
  const [, path = '', query = '', fragment = ''] =
    /^([^?#]*)(\?[^#]*)?(#[^]*)?$/.exec(url.slice(origin.length)) ?? []
  return [
    rewritePlain(`${origin}/`, where, pass, rewriteText).slice(0, -1),
    rewritePath(path, where, pass),
    rewritePart(query, where, pass),
    rewritePart(fragment, where, pass),
  ].join('')
}

function rewritePath(path: string, where: Where, pass: Pass): string {
  if (!path.includes('%')) return rewritePlain(path, where, pass, rewriteText)
  return path
    .split('/')
    .map((segment) => {
      const plain = decodeSegment(segment)
      const changed = rewritePlain(plain, where, pass, rewriteText)
      return changed === plain ? segment : encodeURIComponent(changed.toWellFormed())
    })
    .join('/')
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** A query or a fragment with the mark that it begins with. */
function rewritePart(part: string, where: Where, pass: Pass): string {
  const pairs = rewritePairs(part.slice(1), () => `${where()} ?`, pass, rewriteText)
  return part.slice(0, 1) + rewritePlain(pairs, where, pass, rewriteText)
}
