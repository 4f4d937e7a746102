import { Readable } from 'node:stream'
import type { ByteStream } from '../contract/index.ts'

/** What a stream of Node's gives, as it is asked for. */
export function toByteStream(readable: Readable): ByteStream {
  const iterator = readable[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  return {
    next: async () => {
      const result = await iterator.next()
      return result.done === true ? undefined : result.value
    },
    cancel: () => void readable.on('error', () => {}).destroy(),
  }
}

/** As a stream of Node's. Destroying it cancels the body. */
export function toReadable(body: ByteStream): Readable {
  return new Readable({
    read() {
      body.next().then(
        (chunk) => this.push(chunk ?? null),
        (error: Error) => this.destroy(error),
      )
    },
    destroy(error, done) {
      body.cancel()
      done(error)
    },
  })
}
