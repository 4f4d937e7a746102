import { createEdits } from './edits.ts'
import { replaceNamed, type Pass, type Where } from './found.ts'
import { isSecret } from './rules.ts'
import { rewriteText } from './text.ts'

const DELIMITER = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i

/** Replaces secrets in the parts of `multipart/form-data` (RFC 7578). */
export function rewriteMultipart(text: string, type: string, where: Where, pass: Pass): string {
  const [, quoted, plain] = DELIMITER.exec(type) ?? []
  const boundary = quoted ?? plain ?? /^--([^\r\n]{1,200})/.exec(text)?.[1]
  if (boundary === undefined) return rewriteText(text, where, pass)
  const edits = createEdits(text)
  const delimiter = `--${boundary}`
  let start = text.indexOf(delimiter)
  while (start !== -1) {
    const next = text.indexOf(delimiter, start + delimiter.length)
    const part = text.slice(start, next === -1 ? text.length : next)
    edits.replace(start, start + part.length, rewritePart(part, where, pass))
    start = next
  }
  return edits.result()
}

function rewritePart(part: string, where: Where, pass: Pass): string {
  const gap = /\r?\n\r?\n/.exec(part)
  if (gap === null) return part
  const bodyStart = gap.index + gap[0].length
  const bodyEnd = part.length - /(?:\r?\n)?$/.exec(part)![0].length
  const body = part.slice(bodyStart, bodyEnd)
  const [, quoted, plain] =
    /^content-disposition:[^\r\n]*?;\s*name=(?:"([^"\r\n]*)"|([^\s;]+))/im.exec(
      part.slice(0, gap.index),
    ) ?? []
  const name = quoted ?? plain ?? ''
  const place = (): string => `${where()} ${name}`
  const changed = isSecret(pass.rules, name, 'pair', body)
    ? replaceNamed(name, body, place, pass)
    : rewriteText(body, place, pass)
  return part.slice(0, bodyStart) + changed + part.slice(bodyEnd)
}
