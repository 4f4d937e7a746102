import type { Candidate, Responder } from '../contract/index.ts'
import { describeError, systemCode } from '../errors.ts'
import { createForwarder } from '../wire/forward.ts'

const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])

/** The real API as a responder: answers everything, by asking it. */
export function createUpstreamResponder(origin: string): Responder {
  const forwarder = createForwarder(origin)
  const by: Candidate = { kind: 'upstream', label: origin }
  return {
    async answer(request) {
      try {
        return { kind: 'reply', reply: await forwarder.forward(request), by }
      } catch (error) {
        const code = systemCode(error)
        const reason = `the upstream ${origin} did not answer ${request.method} ${request.target}: ${describeError(error)}${code === undefined ? '' : ` (${code})`}`
        return { kind: 'failure', status: TIMEOUTS.has(code ?? '') ? 504 : 502, reason, by }
      }
    },
    close: () => forwarder.close(),
  }
}
