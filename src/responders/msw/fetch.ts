import type { ReadableStreamReadResult } from 'node:stream/web'
import { inspect, types } from 'node:util'
import {
  filterHeaders,
  headerValue,
  type ByteStream,
  type MockRequest,
  type RawHeaders,
  type Reply,
} from '../../contract/index.ts'
import { onNextTurn } from '../../contract/timers.ts'
import { isEncodedAs } from '../../wire/content-encoding.ts'
import { isHopByHop } from '../../wire/deliver.ts'
import { hostName } from '../../wire/hosts.ts'
import { withSignal } from './client-signal.ts'

/** Bodies up to this many bytes that are there at once are sent in one write, with their length. */
const WHOLE = 1024 * 1024

/** Whether Fetch has no requests with this method. */
export function isForbidden(method: string): boolean {
  return /^(connect|trace|track)$/i.test(method)
}

/**
 * The Fetch request that handlers see: the origin that the API is declared with, and the client's
 * target behind it, character by character.
 */
export function toFetchRequest(request: MockRequest, origin: string): Request {
  const { method, target, body } = request
  const withBody = body.present && method !== 'GET' && method !== 'HEAD'
  const made = new Request(handledAddress(target, origin), {
    method,
    headers: toHeaders(request, origin),
    ...(withBody && { body: body.stream(), duplex: 'half' }),
  })
  return withSignal(made, request.signal)
}

/** The URL that handlers see: segments of dots are gone from it, and some characters encoded. */
export function handledUrl(target: string, origin: string): URL {
  return new URL(handledAddress(target, origin))
}

function handledAddress(target: string, origin: string): string {
  return origin + (target.startsWith('/') ? target : `/${target}`)
}

/**
 * What a Fetch request can carry, so that handlers can hand it to `fetch`: nothing about the
 * client's connection, and instead of the mock's own address the host that is being mocked.
 */
function toHeaders({ rawHeaders }: MockRequest, origin: string): Headers {
  const headers = new Headers()
  const host = origin.slice(origin.indexOf('//') + 2)
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase()
    const value = rawHeaders[index + 1]!
    if (isHopByHop(name) || name === 'expect') continue
    headers.append(name, name === 'host' && isOwnAddress(value) ? host : value)
  }
  return headers
}

function isOwnAddress(authority: string): boolean {
  return ['127.0.0.1', 'localhost', '::1'].includes(hostName(authority))
}

/**
 * The reply that a handler's response stands for.
 *
 * @param request the one that waits for it
 * @throws what its body throws before its first chunk; `TypeError` when it is no usable response
 */
export async function toReply(
  response: Response,
  request: Pick<MockRequest, 'signal'>,
): Promise<Reply> {
  assertUsable(response)
  const rawHeaders = toRawHeaders(response.headers)
  const head = {
    status: response.status,
    ...(response.statusText !== '' && { statusText: response.statusText }),
  }
  if (response.body === null) return { ...head, rawHeaders }
  const encoding = headerValue(rawHeaders, 'content-encoding')
  const patience = encoding === undefined ? undefined : request.signal
  const { start, rest } = await readAhead(response.body, patience)
  const isTrue =
    encoding === undefined ||
    (response.url === '' && isEncodedAs(encoding, start, rest === undefined))
  return { ...head, rawHeaders: isTrue ? rawHeaders : ofDecoded(rawHeaders), body: rest ?? start }
}

/** @throws `TypeError` when what a handler returned is no response */
export function assertResponse(value: unknown): asserts value is Response {
  const { status, headers } = (value ?? {}) as Partial<Response>
  if (typeof status === 'number' && typeof headers?.get === 'function') return
  const shown = inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: 100 })
  throw new TypeError(
    `it returned ${shown}, which is not a Response; return HttpResponse.json(…), or another HttpResponse`,
  )
}

function assertUsable(response: unknown): void {
  assertResponse(response)
  const { status } = response
  if (status < 200) throw new TypeError(`it returned status ${status}, which is not a final reply`)
  if (response.bodyUsed || response.body?.locked === true) {
    throw new TypeError('it returned a response whose body has been read; return response.clone()')
  }
}

function toRawHeaders(headers: Headers): string[] {
  const rawHeaders: string[] = []
  for (const [name, value] of headers) rawHeaders.push(name, value)
  return rawHeaders
}

/**
 * A response that came from `fetch` carries the headers of what went over the wire, but its body
 * has been decoded: they go. Where it was copied into a new response, only the bytes can tell.
 */
function ofDecoded(rawHeaders: RawHeaders): string[] {
  return filterHeaders(rawHeaders, (name) => !/^content-(?:encoding|length)$/.test(name))
}

/**
 * What of a body is there within one turn of the event loop, as `start`; `rest` is a stream of all
 * of it, start included, when there is more to come. Fetch hides whether a body was a string or is
 * a stream; this tells them apart, so that what was a string leaves in one write.
 *
 * @param patience waits for a first chunk, however long it takes, until this is aborted
 */
async function readAhead(
  stream: ReadableStream<Uint8Array>,
  patience: AbortSignal | undefined,
): Promise<{ start: Uint8Array; rest?: ByteStream }> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  const turn = endOfTurn()
  let size = 0
  const giveUp = (): void => void reader.cancel().catch(() => {})
  patience?.addEventListener('abort', giveUp)
  try {
    while (size < WHOLE) {
      const read = reader.read()
      const waits = patience !== undefined && size === 0
      const result = await (waits ? read : Promise.race([read, turn]))
      if (result === 'later') return { start: join(chunks), rest: resume(reader, chunks, read) }
      if (result.done) return { start: join(chunks) }
      size += bytesOf(result.value).byteLength
      chunks.push(result.value)
    }
    return { start: join(chunks), rest: resume(reader, chunks, reader.read()) }
  } finally {
    patience?.removeEventListener('abort', giveUp)
  }
}

let turn: Promise<'later'> | undefined

/** Of the event loop; the same for all who ask in it. */
function endOfTurn(): Promise<'later'> {
  turn ??= new Promise((resolve) => {
    onNextTurn(() => {
      turn = undefined
      resolve('later')
    })
  })
  return turn
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

/** @throws `TypeError` when a body gave something else, as Fetch itself has it */
function bytesOf(chunk: Uint8Array): Uint8Array {
  if (types.isUint8Array(chunk)) return chunk
  throw new TypeError(
    `its body gave a ${typeof chunk} where bytes (Uint8Array) go; encode text with new TextEncoder()`,
  )
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
      return result.done ? undefined : bytesOf(result.value)
    },
    cancel: () => void reader.cancel().catch(() => {}),
  }
}
