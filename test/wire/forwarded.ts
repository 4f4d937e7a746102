import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import type { MockRequest, RawHeaders } from '../../src/contract/index.ts'
import type { Forwarder } from '../../src/wire/forward.ts'
import type { CaptureTimings } from '../../src/wire/timings.ts'
import { createTrace, type Trace } from '../../src/wire/trace.ts'

/** A request as it comes in through a socket, with a body in chunks. */
export function requestOf(
  method: string,
  target = '/',
  rawHeaders: RawHeaders = [],
  chunks: readonly string[] = [],
): MockRequest {
  const bytes = chunks.map((chunk) => Buffer.from(chunk))
  const size = Buffer.concat(bytes).byteLength
  return {
    method,
    target,
    rawHeaders: ['Host', 'mock.test', ...rawHeaders],
    marks: [],
    body: {
      present: /transfer-encoding|content-length,[^0]/i.test(rawHeaders.join(',')),
      kept: { bytes: Buffer.concat(bytes), size, cut: 0, weight: size },
      stream: () => ReadableStream.from<Uint8Array>(bytes),
    },
    signal: new AbortController().signal,
    onGone() {},
  }
}

/** Forwards a request, and reads the whole reply. */
export async function forwarded(
  forwarder: Forwarder,
  request: MockRequest,
  seen?: Trace,
): Promise<string> {
  const { body } = await forwarder.forward(request, seen)
  if (body === undefined) return ''
  if (!('next' in body)) return Buffer.from(body).toString()
  const chunks: Uint8Array[] = []
  for (let chunk = await body.next(); chunk !== undefined; chunk = await body.next()) {
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** The same with a trace. */
export async function trace(
  forwarder: Forwarder,
  request: MockRequest,
): Promise<{ trace: Trace; text: string; timings: CaptureTimings; end: number }> {
  const seen = createTrace()
  const text = await forwarded(forwarder, request, seen)
  const end = performance.now()
  const timings = seen.timings(end)
  // From the next turn on, undici uses the connection again.
  await setImmediate()
  return { trace: seen, text, timings, end }
}
