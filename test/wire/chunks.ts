import { setImmediate } from 'node:timers/promises'

/** A body that is given chunk by chunk, each in a turn of its own, so that it is never whole at once. */
export function chunks(texts: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const rest = [...texts]
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      await setImmediate()
      await setImmediate()
      const text = rest.shift()
      if (text === undefined) controller.close()
      else controller.enqueue(encoder.encode(text))
    },
  })
}

/** A body whose every chunk the test decides about. */
export function controlledBody(): {
  body: ReadableStream<Uint8Array>
  send(text: string): void
  close(): void
  fail(error: Error): void
  /** Resolves when the stream is cancelled. */
  cancelled: Promise<void>
} {
  const encoder = new TextEncoder()
  const cancelled = Promise.withResolvers<void>()
  let controller!: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given
    },
    cancel: () => cancelled.resolve(),
  })
  return {
    body,
    send: (text) => controller.enqueue(encoder.encode(text)),
    close: () => controller.close(),
    fail: (error) => controller.error(error),
    cancelled: cancelled.promise,
  }
}
