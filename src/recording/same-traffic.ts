import { listOf, type HarEntry, type HarPair, type HarResponse } from './har.ts'
import { withoutPlaceholders } from './redaction/placeholder.ts'

/** Headers that are another each time, and tell nothing about the API. */
const VOLATILE =
  /^(?:date|age|expires|content-length|last-modified|server-timing|traceparent|tracestate|x-runtime|x-response-time|x-cache.*|x-served-by|x-timer|x-varnish|cf-ray|via|connection|keep-alive|.*request-?id|.*correlation-?id|.*trace-?id|.*rate-?limit.*|openai-processing-ms|x-envoy-.*)$/i

/**
 * Whether a reply that was recorded again says the same: all but times, addresses, and what stands
 * for a secret is equal.
 */
export function isSameTraffic(before: HarEntry, now: HarEntry): boolean {
  return traffic(before.response) === traffic(now.response)
}

function traffic(response: HarResponse | undefined): string {
  const { status, statusText, headers, content } = response ?? {}
  const { text, encoding } = content ?? {}
  return withoutPlaceholders(
    JSON.stringify([status, statusText, text, encoding, steady(listOf(headers))]),
  )
}

function steady(headers: readonly HarPair[]): unknown[] {
  return headers
    .filter(({ name }) => !VOLATILE.test(String(name)))
    .map(({ name, value }) => [String(name).toLowerCase(), value])
}
