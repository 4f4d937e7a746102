import { Readable } from 'node:stream'
import type * as Undici from 'undici'
import type { Agent, Dispatcher } from 'undici'
import {
  filterHeaders,
  headerValue,
  type MockRequest,
  type RawHeaders,
  type Reply,
} from '../contract/index.ts'
import { toByteStream } from './byte-stream.ts'
import { markedConnector } from './connection-marks.ts'
import type { Trace } from './trace.ts'
import { isHopByHop, namedByConnection } from './deliver.ts'

/** Sends requests on to one origin and gives back what it answers, byte for byte. */
export interface Forwarder {
  /**
   * @param trace to see the request on its way
   * @throws what undici throws when the upstream cannot be reached or does not answer
   */
  forward(request: MockRequest, trace?: Trace): Promise<Reply>
  close(): Promise<void>
}

export interface ForwarderOptions {
  /**
   * Milliseconds that the upstream may take for the head of its reply, and then for each part of
   * the body; 0 for as long as it likes. Default: 120,000
   */
  readonly timeout?: number
  /** Whether it is told the Host that the client asked for, in place of its own. Default: false */
  readonly keepsHost?: boolean
}

/** For a connection nobody waits longer than this, in milliseconds. */
const CONNECT_TIMEOUT = 10_000

/**
 * A forwarder over undici, which is loaded with the first request. Bodies stay encoded as they
 * are, so `content-encoding` and `content-length` stay true; redirects are the client's business.
 */
export function createForwarder(
  origin: string,
  { timeout = 120_000, keepsHost = false }: ForwarderOptions = {},
): Forwarder {
  const dropped = keepsHost ? ['expect'] : ['host', 'expect']
  let agent: Promise<Agent> | undefined
  return {
    async forward(request, trace) {
      agent ??= import('undici').then((undici) => createAgent(undici, timeout))
      const sender = await agent
      const options = toOptions(origin, request, dropped)
      const dispatch = (): ReturnType<Agent['request']> => sender.request(options)
      const response = await (trace === undefined ? dispatch() : trace.around(request, dispatch))
      const rawHeaders = endToEnd(response.headers as unknown as string[])
      return {
        status: response.statusCode,
        // undici decodes it as UTF-8, and Node sends it as Latin-1.
        statusText: Buffer.from(response.statusText).toString('latin1'),
        rawHeaders,
        body: wholeBody(response.body, rawHeaders) ?? toByteStream(response.body),
      }
    },
    async close() {
      await (await agent)?.destroy()
    },
  }
}

/** The body, where all of it came together with the head: it leaves with the head, too. */
function wholeBody(body: Readable, rawHeaders: RawHeaders): Uint8Array | undefined {
  const length = Number(headerValue(rawHeaders, 'content-length') ?? Number.NaN)
  if (length === 0 || body.readableLength !== length) return undefined
  const bytes = body.read(length) as Buffer
  // So that it ends, and its connection is free.
  body.on('error', () => {}).resume()
  return bytes
}

/** HTTP/1.1 only, as the clients speak it here: HTTP/2 has neither reason phrases nor raw names. */
function createAgent(undici: typeof Undici, timeout: number): Agent {
  const connect = undici.buildConnector({
    timeout: Math.min(timeout, CONNECT_TIMEOUT),
    allowH2: false,
  })
  return new undici.Agent({
    connect: markedConnector(connect),
    allowH2: false,
    headersTimeout: timeout,
    bodyTimeout: timeout,
  })
}

function toOptions(
  origin: string,
  request: MockRequest,
  dropped: readonly string[],
): Dispatcher.RequestOptions {
  return {
    origin,
    path: request.target,
    method: request.method as Dispatcher.HttpMethod,
    headers: endToEnd(request.rawHeaders, dropped),
    body: request.body.present ? Readable.fromWeb(request.body.stream()) : null,
    signal: request.signal,
    responseHeaders: 'raw',
  }
}

/** The headers that are not about this connection, by their nature or because it says so. */
function endToEnd(rawHeaders: RawHeaders, others: readonly string[] = []): string[] {
  const dropped = new Set([...namedByConnection(rawHeaders), ...others])
  return filterHeaders(rawHeaders, (name) => !isHopByHop(name) && !dropped.has(name))
}
