import { NO_CONTENT, targetOf, type Capture } from '../recording/capture.ts'
import { redactionKey } from '../recording/redaction/key.ts'
import { createKnownSecrets } from '../recording/redaction/known-secrets.ts'
import { createRedactor, type Redactor } from '../recording/redaction/redactor.ts'
import type { CapturedExchange } from './captured-exchange.ts'
import type { ApiTraffic } from './evidence.ts'
import { withoutSecrets } from './explained-secrets.ts'

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
        const secrets = redactors.get(one.exchange.api)!.secretsIn(one.capture)
        const capture = withoutExplained(one.capture, targetOf(before[index]!.url), secrets)
        return { ...one, capture: redactOne(capture, one) }
      })
    },
    redactText: (api, text) =>
      redactors.get(api)!.redact({ ...NO_CONTENT, responseBody: text }).responseBody,
  }
}

/** Our own explanations repeat what was asked for, where no rule would find it. */
function withoutExplained(
  capture: Capture,
  redactedTarget: string,
  secrets: ReadonlyMap<string, string>,
): Capture {
  const { responseBody, url } = capture
  if (typeof responseBody !== 'string' || !OURS.test(responseBody)) return capture
  const target = targetOf(url)
  const changed = mapTexts(responseBody, (text) =>
    withoutSecrets(
      target === redactedTarget ? text : text.replaceAll(target, () => redactedTarget),
      secrets,
    ),
  )
  return { ...capture, responseBody: changed }
}

const OURS = /^(?:mockberth: |\{"error":\{"code":"UNHANDLED_REQUEST")/

/** Changes each text of an explanation, which is one, or has them in JSON. */
function mapTexts(body: string, change: (text: string) => string): string {
  try {
    const changed: unknown = JSON.parse(body, (_, value: unknown) =>
      typeof value === 'string' ? change(value) : value,
    )
    return JSON.stringify(changed)
  } catch {
    return change(body)
  }
}
