import { isUtf8 } from 'node:buffer'

/** A text as bytes, and the content-type that is true for them. */
interface EncodedText {
  readonly bytes: Uint8Array
  readonly type: string | undefined
}

const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s";]+))/i

/** The charset that a content-type declares, in lower case. */
export function charsetOf(type: string | undefined): string | undefined {
  const match = CHARSET.exec(type ?? '')
  return (match?.[1] ?? match?.[2])?.trim().toLowerCase()
}

/** Bytes as text of a charset, a byte order mark kept; undefined where they are none. */
export function decodeText(bytes: Uint8Array, charset: string): string | undefined {
  if (charset === 'utf-8') {
    const { buffer, byteOffset, byteLength } = bytes
    return isUtf8(bytes) ? Buffer.from(buffer, byteOffset, byteLength).toString() : undefined
  }
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Text in the charset that its content-type declares; in UTF-8 where that cannot hold it. */
export async function encodeText(text: string, type: string | undefined): Promise<EncodedText> {
  const charset = charsetOf(type) ?? 'utf-8'
  const utf8 = Buffer.from(text)
  if (charset === 'utf-8' || charset === 'utf8') return { bytes: utf8, type }
  for (const name of [charset, standardName(charset)]) {
    const bytes = name === undefined ? undefined : await encodeAs(name, text)
    if (bytes !== undefined) return { bytes, type }
  }
  return { bytes: utf8, type: type?.replace(CHARSET, '; charset=utf-8') }
}

/** What browsers take a charset for: iso-8859-1 is windows-1252 to them (WHATWG Encoding §4.2). */
function standardName(charset: string): string | undefined {
  try {
    return new TextDecoder(charset).encoding
  } catch {
    return undefined
  }
}

/** The text in a charset, if that can hold it. */
async function encodeAs(charset: string, text: string): Promise<Uint8Array | undefined> {
  const { encode, encodingExists, decode } = (await import('iconv-lite')).default
  // To iconv-lite, `hex` and `base64` are charsets too.
  if (standardName(charset) === undefined || !encodingExists(charset)) return undefined
  const bytes = encode(text, charset)
  return decode(bytes, charset) === text ? bytes : undefined
}
