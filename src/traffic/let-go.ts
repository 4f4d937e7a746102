import type { Limits } from './ended-exchanges.ts'

/**
 * How much is kept of each API, until the next reset: more than tests look at one by one, and no more
 * than a worker has room for that runs for days. No option: what needs more looks earlier.
 */
export const LIMITS: Limits = { exchanges: 2000, bytes: 64 * 1024 * 1024 }

const KEPT = `the last ${LIMITS.exchanges} that ended, and no more of them than are 64 MiB with their headers and bodies`

/** Says what cannot be known of an API, as it is no longer kept, and what to do; nothing is nothing. */
export function explainLetGo(api: string, letGo: number): string[] {
  if (letGo === 0) return []
  const some = letGo === 1 ? '1 older exchange' : `${letGo} older exchanges`
  const are = letGo === 1 ? 'is' : 'are'
  return [
    `${some} of ${api} ${are} no longer kept: the journal has ${KEPT}. Look at them earlier, or call apis.${api}.reset() in between; where it is large bodies that are too much, declare a smaller maxBody.`,
  ]
}

const said = new Set<string>()

/** Says once of each API that its journal is full: who looks at what it has would not notice. */
export function sayLetGo(api: string): void {
  if (said.has(api)) return
  said.add(api)
  console.warn(
    `mockberth: ${api} has received more than its journal keeps, which is ${KEPT}. Older ones are let go of from now on; apis.${api}.exchangesLetGo says how many.`,
  )
}
