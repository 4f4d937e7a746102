import { toLatin1 } from '../wire/latin1.ts'
import type { HarFormField } from './har.ts'

/**
 * The fields of a form as HAR's `params`; undefined where a body is none. A file has its name and
 * type, and its content is in the body only.
 *
 * @param body as text, or as bytes that are not text as a whole
 */
export function formFields(
  body: string | Uint8Array,
  type: string,
): readonly HarFormField[] | undefined {
  const text = typeof body === 'string' ? body : toLatin1(body)
  if (isUrlEncoded(type)) {
    return [...new URLSearchParams(text)].map(([name, value]) => ({ name, value }))
  }
  const toText = typeof body === 'string' ? String : fromLatin1
  return partsOf(text, type)?.flatMap((part) => toField(part, toText) ?? [])
}

/**
 * A form as a query would have it, files with their type and content; undefined where a body is
 * none.
 */
export function formPairs(body: Uint8Array, type: string): string | undefined {
  if (isUrlEncoded(type)) return toLatin1(body)
  if (!/multipart/i.test(type)) return undefined
  return partsOf(toLatin1(body), type)?.flatMap(toPair).join('&')
}

function toPair(part: string): string[] {
  const field = toField(part, String)
  if (field === undefined) return []
  const { name, value, fileName, contentType } = field
  const file = [fileName, contentType].filter(Boolean).join(', ')
  return [`${escaped(String(name))}=${escaped(String(value ?? `${file}: ${contentOf(part)}`))}`]
}

/** Of one character for each byte. */
function escaped(text: string): string {
  return text.replaceAll(
    /[%&=+]/g,
    (character) => `%${character.codePointAt(0)!.toString(16).toUpperCase()}`,
  )
}

function isUrlEncoded(type: string): boolean {
  return /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)
}

/** What stands between the delimiters (RFC 2046 §5.1.1); undefined where there are none. */
function partsOf(text: string, type: string): string[] | undefined {
  const [, quoted, plain] =
    /^\s*multipart\/form-data\b.*;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) return undefined
  const [, ...parts] = `\r\n${text}`.split(`\r\n--${boundary}`)
  const end = parts.findIndex((part) => part.startsWith('--'))
  return end < 0 ? parts : parts.slice(0, end)
}

/** One part of a form (RFC 7578 §4.2); undefined when it has no name. */
function toField(part: string, toText: (text: string) => string): HarFormField | undefined {
  const blank = part.indexOf('\r\n\r\n')
  const head = toText(part.slice(0, blank))
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? ''
  const name = parameter(disposition, 'name')
  if (blank < 0 || name === undefined) return undefined
  const fileName = parameter(disposition, 'filename')
  const contentType = /^content-type:(.*)$/im.exec(head)?.[1]?.trim()
  return {
    name,
    ...(fileName === undefined ? { value: toText(contentOf(part)) } : { fileName }),
    ...(contentType !== undefined && { contentType }),
  }
}

function contentOf(part: string): string {
  return part.slice(part.indexOf('\r\n\r\n') + 4)
}

/** Browsers write `%22` for a quote in a name (WHATWG HTML §4.10.22.7). */
function parameter(disposition: string, name: string): string | undefined {
  const [, quoted, plain] =
    new RegExp(`;\\s*${name}=(?:"((?:\\\\.|[^"\\\\])*)"|([^\\s;]+))`, 'i').exec(disposition) ?? []
  return quoted?.replaceAll('%22', '"').replaceAll(/\\(.)/g, '$1') ?? plain
}

function fromLatin1(text: string): string {
  return Buffer.from(text, 'latin1').toString()
}
