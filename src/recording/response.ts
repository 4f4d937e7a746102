import { headerValue, type Reply } from '../contract/index.ts'
import { describeError } from '../errors.ts'
import { codingsOf } from '../wire/content-encoding.ts'
import type { ReadAttachment } from './attachments.ts'
import { readContent, type ContentHeaders, type StoredBody } from './content.ts'
import { listOf, textOf, valueOf, type HarPair, type HarResponse } from './har.ts'
import { isRedirect, replyHeaders, toFieldValue, toRawHeaders } from './headers.ts'
import { BodyTooLargeError } from './refusal.ts'

/** What came back. */
export type RecordedReply =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** There was no response: the connection broke. */
  | { readonly kind: 'drop' }
  /** There was a body, and the recording does not have it. */
  | {
      readonly kind: 'body-missing'
      readonly reason: string
      /** The reply without it, which is all that a HEAD wants. */
      readonly head: Reply
    }

/**
 * @throws when there is nothing to replay, saying why
 * @throws {BodyTooLargeError}
 */
export async function readResponse(
  method: string,
  response: HarResponse | undefined,
  attachment: ReadAttachment,
): Promise<RecordedReply> {
  if (typeof response !== 'object' || response === null) throw new Error('it has no response')
  const status = readStatus(response.status)
  if (status <= 0) return { kind: 'drop' }
  const head = readHead(status, response)
  const isBodiless = method === 'HEAD' || status === 204 || status === 304
  if (isBodiless) return { kind: 'reply', reply: bare(head) }
  const body = await readBody(response, head, attachment)
  if (typeof body === 'string') return { kind: 'body-missing', reason: body, head: bare(head) }
  const { bytes, isEncoded, type } = body
  const rawHeaders = replyHeaders(head.headers, { ...head, type, isEncoded, isSized: false })
  return { kind: 'reply', reply: { ...head.start, rawHeaders, body: bytes } }
}

function readStatus(given: unknown): number {
  if (given === undefined || given === null || given === '') {
    throw new Error('its response has no status')
  }
  const status = typeof given === 'string' || typeof given === 'number' ? Number(given) : Number.NaN
  if (status <= 0 || (Number.isInteger(status) && status >= 200 && status <= 999)) return status
  throw new Error(`its status ${JSON.stringify(given).slice(0, 50)} is none that ends a request`)
}

/** What of a response comes before its body. */
interface Head extends ContentHeaders {
  readonly start: Pick<Reply, 'status' | 'statusText'>
  readonly status: number
  readonly headers: readonly HarPair[]
  readonly redirect: string | undefined
}

function readHead(status: number, response: HarResponse): Head {
  const headers = listOf(response.headers)
  const rawHeaders = toRawHeaders(headers)
  const statusText = textOf(response.statusText)
  const redirect = textOf(response.redirectURL)
  const hasPlace = (redirect ?? valueOf(headers, 'location')) !== undefined
  return {
    start: { status, ...(statusText !== undefined && { statusText: toFieldValue(statusText) }) },
    status,
    headers,
    redirect,
    type: valueOf(headers, 'content-type') ?? textOf(response.content?.mimeType),
    codings: codingsOf(rawHeaders),
    length: headerValue(rawHeaders, 'content-length'),
    isRedirect: hasPlace && isRedirect(status),
  }
}

/** A reply of which only the head is sent: it tells of the body as the upstream had it. */
function bare(head: Head): Reply {
  const rawHeaders = replyHeaders(head.headers, { ...head, isEncoded: true, isSized: true })
  return { ...head.start, rawHeaders }
}

/**
 * The body, or why there is none although there was one.
 *
 * @throws {BodyTooLargeError}
 */
async function readBody(
  response: HarResponse,
  head: Head,
  attachment: ReadAttachment,
): Promise<StoredBody | string> {
  try {
    const body = await readContent(response, head, attachment)
    return body ?? 'its body had a size, but was not kept'
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw error
    return describeError(error)
  }
}
