import { performance } from 'node:perf_hooks'
import { PassThrough } from 'node:stream'
import { headerValue, type RawHeaders } from '../contract/index.ts'
import { toByteStream } from '../wire/byte-stream.ts'
import { codingsOf } from '../wire/content-encoding.ts'
import { decodeStream } from '../wire/decoded-stream.ts'
import { createEventScanner } from './event-ends.ts'

/** Notes when each of the server-sent events in a body was complete. */
export interface EventClock {
  /** Takes the next bytes of the body as they are on the wire. */
  chunk(bytes: Uint8Array): void
  /** All of them in milliseconds from the first byte on, once the body has ended. */
  end(): Promise<readonly number[]>
}

/** A clock for a reply; undefined where it is no stream of server-sent events that can be read. */
export function createEventClock(rawHeaders: RawHeaders): EventClock | undefined {
  if (!isEventStream(headerValue(rawHeaders, 'content-type'))) return undefined
  const times: number[] = []
  const scan = createEventScanner()
  let start: number | undefined
  const note = (bytes: Uint8Array): void => {
    const now = performance.now()
    for (const _ of scan(bytes)) times.push(now - start!)
  }
  const codings = codingsOf(rawHeaders)
  const read = codings.length === 0 ? { chunk: note, end: async () => {} } : decoding(codings, note)
  return (
    read && {
      chunk(bytes) {
        start ??= performance.now()
        read.chunk(bytes)
      },
      async end() {
        await read.end()
        return times
      },
    }
  )
}

/** Reads what it is fed without its content-encodings. */
function decoding(
  codings: readonly string[],
  note: (bytes: Uint8Array) => void,
): { chunk(bytes: Uint8Array): void; end(): Promise<void> } | undefined {
  const wire = new PassThrough()
  const decoded = decodeStream(toByteStream(wire), codings)
  if (decoded === undefined) return undefined
  const read = async (): Promise<void> => {
    for (let bytes = await decoded.next(); bytes !== undefined; bytes = await decoded.next()) {
      note(bytes)
    }
  }
  // Of a body that breaks, the events before count.
  const whole = read().catch(() => {})
  return {
    chunk: (bytes) => void wire.write(bytes),
    end() {
      wire.end()
      return whole
    },
  }
}

/** Whether a content-type is that of server-sent events (WHATWG HTML §9.2.5). */
function isEventStream(type: string | undefined): boolean {
  return /^\s*text\/event-stream\s*(?:;|$)/i.test(type ?? '')
}
