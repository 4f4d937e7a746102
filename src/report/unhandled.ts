import type { MockRequest, UnhandledRequest } from '../contract/index.ts'
import { MockberthError } from '../errors.ts'

/** Says what came, and why the upstream gave no answer. */
export function explainFailure(
  api: string,
  { method, target }: Pick<MockRequest, 'method' | 'target'>,
  reason: string,
): string {
  return `Unanswered request to ${api}: ${method} ${target}\n\n${reason}`
}

/**
 * The error for requests that nothing answered. It has no stack: the place that noticed them says
 * nothing about the place that made them.
 */
export function unhandledError(texts: readonly string[]): MockberthError {
  const error = new MockberthError('UNHANDLED_REQUEST', texts.join('\n\n'))
  error.stack = `${error.name}: ${error.message}`
  return error
}

/** All explanations as one text, equal ones counted. */
export function explainUnhandled(heading: string, requests: readonly UnhandledRequest[]): string {
  const counts = new Map<string, number>()
  for (const { explanation } of requests) {
    counts.set(explanation, (counts.get(explanation) ?? 0) + 1)
  }
  const texts = [...counts].map(([text, count]) =>
    count === 1 ? text : `${text}\n(${count} times)`,
  )
  return [heading, ...texts].join('\n\n')
}
