// What a recording should answer, read from the HAR specification and from what producers write;
// it shares no code with what it judges.
import { existsSync, readFileSync } from 'node:fs'
import http from 'node:http'
import { dirname, join } from 'node:path'
import zlib from 'node:zlib'

/** What an entry is to answer. */
export type Expected =
  | { readonly kind: 'dropped' }
  | { readonly kind: 'body-missing' }
  /** Node's parser refuses the method, so that the request never arrives. */
  | { readonly kind: 'method-refused' }
  | { readonly kind: 'head'; readonly status: number }
  | { readonly kind: 'bytes'; readonly status: number; readonly bytes: Buffer }
  | { readonly kind: 'text'; readonly status: number; readonly text: string }

/** The request that an entry records. */
export interface Asked {
  readonly origin: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** The entries of a HAR; undefined when it is none. */
export function readEntries(file: string): any[] | undefined {
  try {
    const har = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
    return har.log === undefined || har.log === null ? undefined : (har.log.entries ?? [])
  } catch {
    return undefined
  }
}

/** The request of an entry that has one and a response to it. */
export function askedBy({ request, response }: any): Asked | undefined {
  const url = URL.parse(String(request?.url))
  const status = Number(response?.status ?? Number.NaN)
  const isRecorded = typeof request?.method === 'string' && (status <= 0 || status >= 200)
  if (url === null || !url.protocol.startsWith('http') || !isRecorded) return undefined
  const headers = sendable(request.headers ?? [])
  const body = bodyOf(request.postData, headers['content-type'])
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body))
  const { origin, pathname, search } = url
  return { origin, method: request.method.toUpperCase(), path: pathname + search, headers, body }
}

const NOT_SENT =
  /^(?::.*|host|connection|content-length|transfer-encoding|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/

function sendable(pairs: any[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const { name, value } of pairs) {
    const key = String(name).toLowerCase()
    if (NOT_SENT.test(key) || !/^[\w!#$%&'*+.^`|~-]+$/.test(key)) continue
    headers[key] = String(value).replaceAll(/[^\t\u0020-\u007E]/g, ' ')
  }
  return headers
}

function bodyOf(postData: any, header: string | undefined): string | undefined {
  if (postData?.text) return postData.text
  if (!postData?.params?.length) return undefined
  const type = header ?? postData.mimeType ?? ''
  if (!type.includes('multipart')) {
    return new URLSearchParams(
      postData.params.map(({ name = '', value = '' }: any) => [name, value]),
    ).toString()
  }
  const boundary = /boundary="?([^\s";]+)/.exec(type)?.[1] ?? 'boundary'
  const parts = postData.params.map(({ name, value = '', fileName, contentType }: any) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"`
    const kind = contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`
    const disposition = `Content-Disposition: form-data; name="${name}"${file}\r\n`
    return `--${boundary}\r\n${disposition}${kind}\r\n${value}\r\n`
  })
  return `${parts.join('')}--${boundary}--\r\n`
}

/** What an entry for which {@link askedBy} has a request is to answer. */
export function expectedOf(file: string, { request, response }: any): Expected {
  const status = Number(response.status)
  const method = request.method.toUpperCase()
  if (!http.METHODS.includes(method)) return { kind: 'method-refused' }
  if (status <= 0) return { kind: 'dropped' }
  if (method === 'HEAD' || status === 204 || status === 304) return { kind: 'head', status }
  const { text: kept, encoding, _file } = response.content ?? {}
  const text = typeof kept === 'object' && kept !== null ? JSON.stringify(kept) : kept
  if (_file !== undefined) {
    const path = join(dirname(file), _file)
    return existsSync(path)
      ? { kind: 'bytes', status, bytes: readFileSync(path) }
      : { kind: 'body-missing' }
  }
  if (!text) {
    return isMissing(response) ? { kind: 'body-missing' } : { kind: 'text', status, text: '' }
  }
  const packed = packedBytes(text, encoding)
  if (packed !== undefined) return { kind: 'bytes', status, bytes: zlib.unzipSync(packed) }
  return encoding === 'base64'
    ? { kind: 'bytes', status, bytes: Buffer.from(text, 'base64') }
    : { kind: 'text', status, text }
}

/** Whether the sizes of a response tell of a body that is not there. */
function isMissing({ status, content, bodySize, redirectURL, headers = [] }: any): boolean {
  const header = (wanted: string): string | undefined =>
    headers.find(({ name }: any) => String(name).toLowerCase() === wanted)?.value
  if (content?.size > 0) return true
  // Browsers keep no body of a redirect, and no client reads one.
  if (/^3\d\d$/.test(status) && (redirectURL || header('location'))) return false
  const declared = header('content-length')
  const sent = declared === undefined ? bodySize : Number(declared)
  return sent > (header('content-encoding') === undefined ? 0 : 64)
}

/** A body that is still gzipped: in base64, or in chunks of it or of hex. */
function packedBytes(text: string, encoding: unknown): Buffer | undefined {
  const isChunked = /^\["[\w+/]+=*"(?:,"[\w+/]+=*")*\]$/.test(text)
  if (encoding !== 'base64' && !isChunked) return undefined
  const chunks: string[] = isChunked ? JSON.parse(text) : [text]
  const isHex = chunks.every((chunk) => /^[\da-f]+$/i.test(chunk))
  const bytes = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk, isHex ? 'hex' : 'base64')))
  return isGzip(bytes) ? bytes : undefined
}

function isGzip(bytes: Buffer): boolean {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return false
  try {
    zlib.gunzipSync(bytes)
    return true
  } catch {
    return false
  }
}
