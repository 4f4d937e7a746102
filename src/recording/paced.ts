import { performance } from 'node:perf_hooks'
import type { ByteStream, Reply } from '../contract/index.ts'
import { delay } from '../contract/timers.ts'
import type { RecordedTiming } from './entry.ts'
import { createEventScanner } from './event-ends.ts'

/** A part of a body, and when it is there, in milliseconds from the first byte of the reply on. */
interface Step {
  readonly at: number
  readonly size: number
}

/** Parts of a body follow each other in about this many milliseconds. */
const STEP = 10
const MOST_STEPS = 1000
/** The longest time that a timer of Node can wait. */
const LONGEST = 2 ** 31 - 1

/** Waits, until `signal` is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(Math.min(milliseconds, LONGEST), undefined, { signal }).catch(() => {})
}

/**
 * The reply with a body that takes its recorded time to come: evenly, or each server-sent event at
 * its own time.
 *
 * @param factor what the times are multiplied by
 */
export function pacedReply(reply: Reply, timing: RecordedTiming, factor: number): Reply {
  const { body, rawHeaders } = reply
  if (body === undefined || 'next' in body || body.byteLength === 0) return reply
  return {
    ...reply,
    rawHeaders: [...rawHeaders, 'content-length', String(body.byteLength)],
    body: pacedBody(body, stepsOf(body, timing, factor)),
  }
}

function stepsOf(body: Uint8Array, { receive, events }: RecordedTiming, factor: number): Step[] {
  const ends = events === undefined ? [] : createEventScanner()(body)
  if (events === undefined || ends.length === 0) return evenSteps(body.byteLength, receive * factor)
  const steps = ends.map((end, index) => ({
    at: (events[index] ?? receive) * factor,
    size: end - (ends[index - 1] ?? 0),
  }))
  const rest = body.byteLength - ends.at(-1)!
  return rest === 0 ? steps : [...steps, { at: receive * factor, size: rest }]
}

function evenSteps(size: number, milliseconds: number): Step[] {
  const count = Math.min(size, MOST_STEPS, Math.max(1, Math.ceil(milliseconds / STEP)))
  const until = (step: number): number => Math.round((size * step) / count)
  return Array.from({ length: count }, (_, step) => ({
    at: (milliseconds * (step + 1)) / count,
    size: until(step + 1) - until(step),
  }))
}

function pacedBody(bytes: Uint8Array, steps: readonly Step[]): ByteStream {
  const cancelled = new AbortController()
  const left = steps.values()
  let start: number | undefined
  let offset = 0
  return {
    async next() {
      start ??= performance.now()
      const step = left.next().value
      if (step === undefined || cancelled.signal.aborted) return undefined
      await pause(Math.max(0, step.at - (performance.now() - start)), cancelled.signal)
      const chunk = bytes.subarray(offset, offset + step.size)
      offset += step.size
      return chunk
    },
    cancel: () => cancelled.abort(),
  }
}
