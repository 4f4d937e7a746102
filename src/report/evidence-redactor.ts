import { targetOf, type Capture, type CapturedContent } from '../recording/capture.ts'
import { redactionKey } from '../recording/redaction/key.ts'
import { createKnownSecrets } from '../recording/redaction/known-secrets.ts'
import { createRedactor, type Redactor } from '../recording/redaction/redactor.ts'
import type { CapturedExchange } from './captured-exchange.ts'
import type { ApiTraffic } from './evidence.ts'

/** Takes the secrets out of the traffic of several APIs, as each declares them. */
export interface EvidenceRedactor {
  redact(captured: readonly CapturedExchange[]): CapturedExchange[]
  /** The same for what else is said about an API. */
  redactText(api: string, text: string): string
}

export function createEvidenceRedactor(
  apis: readonly ApiTraffic[],
  root: string,
): EvidenceRedactor {
  const key = redactionKey(root)
  // What one API gives out is used with another.
  const known = createKnownSecrets()
  const redactors = new Map<string, Redactor>(
    apis.map(({ name, redact }) => [name, createRedactor(redact, key, known)]),
  )
  const redactOne = (capture: Capture, { exchange }: CapturedExchange): Capture =>
    redactors.get(exchange.api)!.redact(capture)
  return {
    redact(captured) {
      // Twice: what a later exchange gives away is a secret in those before it, too.
      const before = captured.map((one) => redactOne(one.capture, one))
      return captured.map((one, index) => {
        const { exchange, isLinked } = one
        const target = targetOf(before[index]!.url)
        return { exchange, isLinked, capture: redactOne(withTarget(one.capture, target), one) }
      })
    },
    redactText: (api, text) =>
      redactors.get(api)!.redact({ ...NOTHING, responseBody: text }).responseBody,
  }
}

/** Our own explanations repeat what was asked for, where no rule would find it. */
function withTarget(capture: Capture, redacted: string): Capture {
  const { responseBody, url } = capture
  const target = targetOf(url)
  const isOurs = typeof responseBody === 'string' && OURS.test(responseBody)
  return isOurs && target !== redacted
    ? { ...capture, responseBody: responseBody.replaceAll(target, () => redacted) }
    : capture
}

const OURS = /^(?:mockberth: |\{"error":\{"code":"UNHANDLED_REQUEST")/

const NOTHING: CapturedContent = {
  method: '',
  url: '',
  requestHeaders: [],
  requestBody: undefined,
  status: 0,
  statusText: '',
  responseHeaders: [],
  responseBody: undefined,
}
