import { markEntry, takeMarks } from '../propagate/baggage.ts'
import { currentCarried } from '../propagate/context.ts'
import { followIncoming } from '../propagate/incoming.ts'
import { carryInto } from '../propagate/outgoing.ts'
import { followReplies } from '../propagate/replies.ts'

/**
 * Has the requests of this worker carry the mark of a test. Where an app runs in the worker, what it asks
 * for a request has the mark of that one, whichever test has started it.
 *
 * @param current the mark of the test on whose behalf something runs
 */
export function carryMarks(current: () => string | undefined): void {
  followIncoming(followReplies)
  carryInto(() => {
    const mark = incomingMark() ?? current()
    return mark === undefined ? undefined : { baggage: [markEntry(mark)] }
  })
}

/** What else a request carries is not carried on: without tests the app would not do so. */
function incomingMark(): string | undefined {
  return currentCarried()?.baggage?.flatMap((value) => takeMarks(value).marks)[0]
}
