import type { Exchange } from '../contract/index.ts'
import { NO_CONTENT, targetOf } from '../recording/capture.ts'
import { redactionKey } from '../recording/redaction/key.ts'
import { createRedactor } from '../recording/redaction/redactor.ts'

const redactor = createRedactor(undefined, redactionKey(process.cwd()))

/** A request and its answer, in a line without secrets. */
export function describeReplayed(exchange: Exchange): string {
  const { request, response } = exchange
  const { url } = redactor.redact({
    ...NO_CONTENT,
    method: request.method,
    url: `http://127.0.0.1${request.target}`,
    requestHeaders: request.rawHeaders,
  })
  const status = response === undefined ? '-' : String(response.status)
  return `${status.padEnd(3)}  ${request.method} ${targetOf(url)}  ${answerOf(exchange)}`
}

function answerOf({ outcome, handler, response }: Exchange): string {
  const entry = /entry \d+$/.exec(handler?.source ?? '')?.[0]
  if (outcome === 'unhandled') return 'no entry for it'
  if (outcome === 'aborted') return 'the client went away'
  if (outcome === 'replayed') return response === undefined ? `${entry}: no response` : entry!
  const reason = response?.text().split('\n', 1)[0] ?? outcome
  return reason.replace(/^mockberth: /, '')
}
