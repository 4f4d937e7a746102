import { listOf, type HarEntry, type HarPair, type HarResponse } from './har.ts'
import { withoutPlaceholders } from './redaction/placeholder.ts'

/** Headers that are another each time, and tell nothing about the API. */
const VOLATILE =
  /^(?:date|age|expires|content-length|last-modified|server-timing|traceparent|tracestate|x-runtime|x-response-time|x-cache.*|x-served-by|x-timer|x-varnish|cf-ray|x-amz-(?:cf-)?id(?:-2)?|x-cloud-trace-context|x-guploader-uploadid|report-to|nel|retry-after|x-process-time|x-request-start|via|connection|keep-alive|.*request-?id|.*correlation-?id|.*trace-?id|.*rate-?limit.*|openai-processing-ms|x-envoy-.*)$/i

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
    .map(({ name, value }) => [String(name).toLowerCase(), withoutExpiry(String(name), value)])
}

/** When a cookie ends is another time each time. */
function withoutExpiry(name: string, value: unknown): unknown {
  if (!/^set-cookie$/i.test(name)) return value
  return String(value).replaceAll(/;\s*(?:expires|max-age)=[^;\n]*/gi, '')
}
