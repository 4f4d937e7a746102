import type { ReadableStreamReadResult } from 'node:stream/web'
import type { ByteStream, MockRequest, Reply } from '../../contract/index.ts'
import { isEncodedAs } from '../../wire/content-encoding.ts'

/** Bodies up to this many bytes that are there at once are sent in one write, with their length. */
const WHOLE = 1024 * 1024

/**
 * The Fetch request that handlers see: the origin that the API is declared with, and the client's
 * target behind it, character by character. Undefined for methods that Fetch forbids.
 */
export function toFetchRequest(request: MockRequest, origin: string): Request | undefined {
  const { method, target, rawHeaders, body } = request
  if (/^(connect|trace|track)$/i.test(method)) return undefined
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index]!, rawHeaders[index + 1]!)
  }
  const withBody = body.present && method !== 'GET' && method !== 'HEAD'
  return new Request(origin + (target.startsWith('/') ? target : `/${target}`), {
    method,
    headers,
    signal: request.signal,
    ...(withBody && { body: body.stream(), duplex: 'half' }),
  })
}

/**
 * The reply that a handler's response stands for.
 *
 * @throws what its body throws before its first chunk; `TypeError` when it is no usable response
 */
export async function toReply(response: Response): Promise<Reply> {
  assertUsable(response)
  const rawHeaders = [...response.headers].flat()
  const head = {
    status: response.status,
    ...(response.statusText !== '' && { statusText: response.statusText }),
  }
  if (response.body === null) return { ...head, rawHeaders }
  const { start, rest } = await readAhead(response.body)
  return {
    ...head,
    rawHeaders: truthfulHeaders(response, rawHeaders, start, rest === undefined),
    body: rest ?? start,
  }
}

function assertUsable(response: Response): void {
  const { status, headers } = (response ?? {}) as Partial<Response>
  if (typeof status !== 'number' || typeof headers?.get !== 'function') {
    throw new TypeError(`it returned ${String(response)}, which is not a Response`)
  }
  if (status < 200) throw new TypeError(`it returned status ${status}, which is not a final reply`)
  if (response.bodyUsed || response.body?.locked === true) {
    throw new TypeError('it returned a response whose body has been read; return response.clone()')
  }
}

/**
 * A response that came from `fetch` carries the headers of what went over the wire, but its body
 * has been decoded: they go. Where it was copied into a new response, only the bytes can tell.
 */
function truthfulHeaders(
  response: Response,
  rawHeaders: string[],
  start: Uint8Array,
  whole: boolean,
): string[] {
  const encoding = response.headers.get('content-encoding')
  if (encoding === null) return rawHeaders
  if (response.url === '' && isEncodedAs(encoding, start, whole)) return rawHeaders
  return [...response.headers]
    .filter(([name]) => name !== 'content-encoding' && name !== 'content-length')
    .flat()
}

/**
 * What of a body is there within one turn of the event loop, as `start`; `rest` is a stream of all
 * of it, start included, when there is more to come. Fetch hides whether a body was a string or is
 * a stream; this tells them apart, so that what was a string leaves in one write.
 */
async function readAhead(
  stream: ReadableStream<Uint8Array>,
): Promise<{ start: Uint8Array; rest?: ByteStream }> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  let onTurn!: () => void
  const turn = new Promise<'later'>((resolve) => {
    onTurn = () => resolve('later')
  })
  const immediate = setImmediate(onTurn)
  try {
    while (size < WHOLE) {
      const read = reader.read()
      const result = await Promise.race([read, turn])
      if (result === 'later') return { start: join(chunks), rest: resume(reader, chunks, read) }
      if (result.done) return { start: join(chunks) }
      size += result.value.byteLength
      chunks.push(result.value)
    }
    return { start: join(chunks), rest: resume(reader, chunks, reader.read()) }
  } finally {
    clearImmediate(immediate)
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

function resume(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  chunks: Uint8Array[],
  pending: Promise<ReadableStreamReadResult<Uint8Array>>,
): ByteStream {
  let next: Promise<ReadableStreamReadResult<Uint8Array>> | undefined = pending
  pending.catch(() => {})
  return {
    async next() {
      const ready = chunks.shift()
      if (ready !== undefined) return ready
      const result = await (next ?? reader.read())
      next = undefined
      return result.done ? undefined : result.value
    },
    cancel: () => void reader.cancel().catch(() => {}),
  }
}
