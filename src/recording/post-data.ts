import { headerValue, type RawHeaders } from '../contract/index.ts'
import type { ReadAttachment } from './attachments.ts'
import { encodeText } from './charset.ts'
import { listOf, textOf, type HarFormField, type HarPostData, type HarRequest } from './har.ts'

const FORM = 'application/x-www-form-urlencoded'

/** The type of a body where no header tells it. */
export function postDataType(postData: HarPostData | undefined): string | undefined {
  return textOf(postData?.mimeType) ?? (listOf(postData?.params).length > 0 ? FORM : undefined)
}

/**
 * The body that was sent; undefined where the recording does not say.
 *
 * @throws when an attachment is outside of the archive, or not there
 */
export async function readPostData(
  { postData, bodySize }: HarRequest,
  rawHeaders: RawHeaders,
  attachment: ReadAttachment,
): Promise<Uint8Array | undefined> {
  const { text, encoding, params, _file } = postData ?? {}
  const type = headerValue(rawHeaders, 'content-type') ?? ''
  if (typeof _file === 'string') return attachment(_file)
  if (textOf(text) !== undefined) {
    if (encoding === 'base64') return Buffer.from(String(text), 'base64')
    return (await encodeText(String(text), type)).bytes
  }
  const fields = listOf(params)
  if (fields.length > 0) {
    return /multipart/i.test(type) ? multipartBody(fields, type) : formBody(fields)
  }
  const size = typeof bodySize === 'number' ? bodySize : -1
  const isEmpty = size === 0 || (size < 0 && typeof postData === 'object' && postData !== null)
  return isEmpty ? new Uint8Array() : undefined
}

/** Form fields as `application/x-www-form-urlencoded`. */
function formBody(fields: readonly HarFormField[]): Uint8Array {
  const form = new URLSearchParams(
    fields.map(({ name, value }): [string, string] => [String(name ?? ''), String(value ?? '')]),
  )
  return Buffer.from(form.toString())
}

/**
 * Form fields as `multipart/form-data` (RFC 7578), under the boundary that the type names; undefined
 * where the recording does not have the content of a file.
 */
function multipartBody(fields: readonly HarFormField[], type: string): Uint8Array | undefined {
  if (fields.some(isWithoutContent)) return undefined
  const boundary = /boundary="?([^\s";]+)/i.exec(type)?.[1] ?? 'boundary'
  const parts = fields.map(({ name, value, fileName, contentType }) => {
    const file = fileName === undefined ? '' : `; filename="${String(fileName)}"`
    const kind = contentType === undefined ? '' : `\r\nContent-Type: ${String(contentType)}`
    return `--${boundary}\r\nContent-Disposition: form-data; name="${String(name ?? '')}"${file}${kind}\r\n\r\n${String(value ?? '')}\r\n`
  })
  return Buffer.from(`${parts.join('')}--${boundary}--\r\n`)
}

/** Chrome writes `(binary)` in place of a file's content. */
function isWithoutContent({ value, fileName }: HarFormField): boolean {
  return value === '(binary)' || (textOf(fileName) !== undefined && textOf(value) === undefined)
}
