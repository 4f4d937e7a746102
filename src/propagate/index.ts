// For `node --import mockberth/propagate`: what the requests to a process carry (W3C Baggage with the mark
// of a test, and Trace Context) is carried by those that it makes on their behalf.

import { currentCarried } from './context.ts'
import { followIncoming } from './incoming.ts'
import { carryInto } from './outgoing.ts'
import { followReplies } from './replies.ts'

// Nothing is watched of a process that is asked nothing; and by then OpenTelemetry, whose own headers
// are to be there first, watches already.
followIncoming(() => {
  carryInto(currentCarried)
  followReplies()
})
