import type { MeasuredSubject } from './subject.ts'
import { ownUsage } from './usage.ts'

/** What the process that started this one may ask. */
export type Question = 'usage' | 'collected usage'

/**
 * Tells the process that started this one, with `startProcess`, the port, and what was used as often as
 * it asks. Ends when that process wants it to, or ends itself.
 */
export function tell({ port, usage = ownUsage }: Pick<MeasuredSubject, 'port' | 'usage'>): void {
  process.on('message', (question: Question) => {
    if (question === 'collected usage') globalThis.gc?.()
    process.send!(usage())
  })
  process.once('disconnect', () => process.exit())
  process.send!(port)
}
