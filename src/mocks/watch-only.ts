import type { Exchange } from '../contract/index.ts'
import type { RunningSet } from './running-set.ts'

/** Has each exchange looked at when it is complete, and kept by nobody. */
export function watchOnly({ scope }: RunningSet, look?: (exchange: Exchange) => void): void {
  scope.watchers.add((exchange) => {
    look?.(exchange)
    scope.journals.get(exchange.api)?.ended.clear()
  })
}
