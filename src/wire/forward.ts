import { Readable } from 'node:stream'
import type { Agent, Dispatcher } from 'undici'
import { filterHeaders, type ByteStream, type MockRequest, type Reply } from '../contract/index.ts'
import { isHopByHop } from './deliver.ts'

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
        headers: filterHeaders(request.rawHeaders, isForwarded),
        body: request.body.present ? Readable.fromWeb(request.body.stream()) : null,
        signal: request.signal,
        responseHeaders: 'raw',
      })
      return {
        status: response.statusCode,
        statusText: response.statusText,
        rawHeaders: filterHeaders(
          response.headers as unknown as string[],
          (name) => !isHopByHop(name),
        ),
        body: byteStream(response.body),
      }
    },
    async close() {
      await agent?.destroy()
    },
  }
}

function isForwarded(name: string): boolean {
  return !isHopByHop(name) && name !== 'host' && name !== 'expect'
}

function byteStream(readable: Readable): ByteStream {
  const iterator = readable[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  return {
    next: async () => {
      const result = await iterator.next()
      return result.done === true ? undefined : result.value
    },
    cancel: () => void readable.on('error', () => {}).destroy(),
  }
}
