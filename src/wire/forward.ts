import { Readable } from 'node:stream'
import type { Agent, Dispatcher } from 'undici'
import { filterHeaders, type MockRequest, type RawHeaders, type Reply } from '../contract/index.ts'
import { toByteStream } from './byte-stream.ts'
import { isHopByHop, namedByConnection } from './deliver.ts'

/** Sends requests on to one origin and gives back what it answers, byte for byte. */
export interface Forwarder {
  /** @throws what undici throws when the upstream cannot be reached or does not answer */
  forward(request: MockRequest): Promise<Reply>
  close(): Promise<void>
}

/**
 * A forwarder over undici, which is loaded with the first request. Bodies stay encoded as they
 * are, so `content-encoding` and `content-length` stay true; redirects are the client's business.
 */
export function createForwarder(origin: string): Forwarder {
  let agent: Agent | undefined
  return {
    async forward(request) {
      const undici = await import('undici')
      agent ??= new undici.Agent()
      const response = await agent.request({
        origin,
        path: request.target,
        method: request.method as Dispatcher.HttpMethod,
        headers: endToEnd(request.rawHeaders, ['host', 'expect']),
        body: request.body.present ? Readable.fromWeb(request.body.stream()) : null,
        signal: request.signal,
        responseHeaders: 'raw',
      })
      return {
        status: response.statusCode,
        // undici decodes it as UTF-8, and Node sends it as Latin-1.
        statusText: Buffer.from(response.statusText).toString('latin1'),
        rawHeaders: endToEnd(response.headers as unknown as string[]),
        body: toByteStream(response.body),
      }
    },
    async close() {
      await agent?.destroy()
    },
  }
}

/** The headers that are not about this connection, by their nature or because it says so. */
function endToEnd(rawHeaders: RawHeaders, others: readonly string[] = []): string[] {
  const dropped = new Set([...namedByConnection(rawHeaders), ...others])
  return filterHeaders(rawHeaders, (name) => !isHopByHop(name) && !dropped.has(name))
}
