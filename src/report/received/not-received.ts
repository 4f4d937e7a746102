import type { Exchange } from '../../contract/index.ts'
import { simpleCall } from './call.ts'
import { findMatches, numbered } from './compare.ts'
import { explainLetGo } from '../../traffic/let-go.ts'
import { explainReceived, listExchanges } from './explain.ts'

/** What somebody waited for in vain. */
export interface Awaited {
  readonly api: string
  readonly method: string
  readonly path: string | RegExp | undefined
  /** How long, in milliseconds. */
  readonly timeout: number
  /** How many exchanges are no longer kept. */
  readonly letGo: number
}

/** Says what was received instead, or that it was, and its reply did not end. */
export function explainNotReceived(
  { api, method, path, timeout, letGo }: Awaited,
  exchanges: readonly Exchange[],
): string {
  const call = simpleCall({ name: 'waitFor()', aboutQuery: '' }, method, path)
  const all = numbered(exchanges)
  const { certain } = findMatches(all, call)
  if (certain.length > 0) {
    return `${api} has received ${call.line}, but its reply had not ended within ${timeout} ms:\n${listExchanges(certain)}`
  }
  const unless = letGo === 0 ? '' : ', or it is no longer kept'
  return [
    `${api} has not received ${call.line} within ${timeout} ms${unless}.`,
    ...explainReceived(all, call),
    ...explainLetGo(api, letGo),
  ].join('\n\n')
}
