import type { MockRequest, UnhandledRequest } from '../contract/index.ts'
import { errorWithoutStack, type MockberthError } from '../errors.ts'
import { counted } from './counted.ts'

/** Says what came, and why it has no answer of its handler, or of the upstream. */
export function explainFailure(
  api: string,
  { method, target }: Pick<MockRequest, 'method' | 'target'>,
  reason: string,
): string {
  return `Unanswered request to ${api}: ${method} ${target}\n\n${reason}`
}

/** The error for requests that nothing answered. */
export function unhandledError(texts: readonly string[]): MockberthError {
  return errorWithoutStack('UNHANDLED_REQUEST', texts.join('\n\n'))
}

/** All explanations as one text, equal ones counted. */
export function explainUnhandled(heading: string, requests: readonly UnhandledRequest[]): string {
  const texts = requests.map(({ explanation, times }) => ({ text: explanation, times }))
  return [heading, ...counted(texts)].join('\n\n')
}
