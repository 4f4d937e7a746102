import type { Exchange } from '../contract/index.ts'
import { NO_CONTENT, targetOf } from '../recording/capture.ts'
import { redactionKey } from '../recording/redaction/key.ts'
import { createRedactor } from '../recording/redaction/redactor.ts'

/** In bytes. */
const LONGEST_REASON = 2000

const redactor = createRedactor(undefined, redactionKey(process.cwd()))

/**
 * A request and its answer, in a line without secrets: `200  GET /users/1  3 ms  handler GET /users/:id`.
 *
 * @param answer who answered, or why nobody did
 */
export function describeExchange(exchange: Exchange, answer: string = answerOf(exchange)): string {
  const { request, response, duration } = exchange
  const status = response === undefined ? '-' : String(response.status)
  const time = `${Math.round(duration)} ms`
  return `${status.padEnd(3)}  ${request.method} ${redactedTarget(exchange)}  ${time}  ${answer}`
}

/** Path and query of a request, without secrets. */
export function redactedTarget({ request }: Exchange): string {
  const { url } = redactor.redact({
    ...NO_CONTENT,
    method: request.method,
    url: `http://127.0.0.1${request.target}`,
    requestHeaders: request.rawHeaders,
  })
  return targetOf(url)
}

/** Who answered a request, or why nobody did. */
export function answerOf({ outcome, handler, response }: Exchange): string {
  if (outcome === 'unhandled') return 'nothing answers it'
  if (outcome === 'aborted') return 'the client went away'
  if (outcome === 'failed') return reasonIn(response?.body) ?? 'the reply broke'
  const by =
    handler?.kind === 'entry' ? entryOf(handler.source) : `${handler?.kind} ${handler?.label}`
  return response === undefined ? `${by}: no response` : by
}

function entryOf(source = ''): string {
  return /entry \d+$/.exec(source)?.[0] ?? source
}

/** What we have said in place of an answer. */
function reasonIn(body: Uint8Array = new Uint8Array()): string | undefined {
  const text = new TextDecoder().decode(body.subarray(0, LONGEST_REASON))
  return /^mockberth: (.+?):?(?:\n|$)/.exec(text)?.[1]
}
